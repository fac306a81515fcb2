import { type DateTime, Option, Result, Schema } from "effect"
import { problems } from "../DeliveryProblems.ts"
import type { Digital } from "../forretningsmelding/Digital.ts"
import type { Print } from "../forretningsmelding/Print.ts"
import * as Iso6523 from "../Iso6523.ts"
import * as SbdDateTime from "../SbdDateTime.ts"
import { conversationScope, isOf, type StandardBusinessDocument } from "../StandardBusinessDocument.ts"
import * as DpiMessage from "./DpiMessage.ts"
import { layOut } from "./PostalAddress.ts"

/** What the registry knows of a citizen's digital mailbox. */
export interface DigitalMailbox {
  /** The mailbox supplier, which the message is addressed to. */
  readonly orgnrPostkasse: string
  readonly postkasseAdresse: string
  /** Empty or absent when the citizen is not to be notified that way. */
  readonly epostAdresse: string | undefined
  readonly mobilnummer: string | undefined
}

/** What becomes known only when the letter is sealed. */
export interface Sealing {
  /** Base64 of the SHA-256 of the encrypted dokumentpakke. */
  readonly fingeravtrykk: string
  /** The token the message is posted with. */
  readonly maskinportentoken: string
  readonly now: DateTime.Utc
}

/** Who the letter is from: the organisation that runs the integrasjonspunkt, and the one it is written for. */
export interface Avsender {
  /** `0192:<organisasjonsnummer>` of the databehandler. */
  readonly databehandler: string
  /** `0192:<organisasjonsnummer>` of the behandlingsansvarlig; the same when nobody else is. */
  readonly behandlingsansvarlig: string
  /** The latter's bare number, whose token the letter is sent with. */
  readonly organisasjonsnummer: string
}

/** The letter cannot be made into a DPI message; `field` names the member of the business message that is at fault. */
export class NotDeliverable extends Schema.TaggedError<NotDeliverable>()("NotDeliverable", {
  field: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return `${this.field}: ${this.detail}`
  }
}

/** Reads the two organisations out of the sender. Source: dpi 1.4. */
export const avsenderOf = (document: StandardBusinessDocument): Avsender => {
  const { icd, organisation, part } = Option.getOrThrow(Iso6523.parse(document.sender))
  const organisasjonsnummer = part ?? organisation
  const whole = (number: string) => Iso6523.format({ icd, organisation: number, part: undefined, source: undefined })
  return {
    databehandler: whole(organisation),
    behandlingsansvarlig: whole(organisasjonsnummer),
    organisasjonsnummer
  }
}

const identifier = (value: string) => ({ value, authority: "iso6523-actorid-upis" as const })

const headerOf = (
  document: StandardBusinessDocument,
  type: "digital" | "utskrift",
  supplier: string,
  now: DateTime.Utc
): DpiMessage.DpiMessage["header"] => {
  const expected = conversationScope(document.header)?.scopeInformation?.[0]?.expectedResponseDateTime
  return {
    headerVersion: "1.0",
    sender: [{ identifier: identifier(avsenderOf(document).databehandler) }],
    receiver: [{ identifier: identifier(Iso6523.ofOrganisation(supplier)) }],
    documentIdentification: {
      standard: DpiMessage.standardOf(type),
      typeVersion: "1.0",
      instanceIdentifier: document.messageId,
      type,
      creationDateAndTime: SbdDateTime.format(now)
    },
    businessScope: {
      scope: [
        {
          type: "ConversationId",
          instanceIdentifier: document.conversationId,
          identifier: DpiMessage.processOf(type),
          ...(expected === undefined
            ? {}
            : { scopeInformation: [{ expectedResponseDateTime: SbdDateTime.withOffset(expected) }] })
        }
      ]
    }
  }
}

const bodyAvsender = (document: StandardBusinessDocument, { avsenderId, fakturaReferanse }: Digital | Print) => ({
  virksomhetsidentifikator: identifier(avsenderOf(document).behandlingsansvarlig),
  ...(avsenderId === undefined ? {} : { avsenderidentifikator: avsenderId }),
  ...(fakturaReferanse === undefined ? {} : { fakturaReferanse })
})

const fingeravtrykkOf = ({ fingeravtrykk }: Sealing) => ({
  digestMethod: "http://www.w3.org/2001/04/xmlenc#sha256",
  digestValue: fingeravtrykk
})

/** Days after delivery on which a citizen is notified. Source: dpi 1.6. */
const repetisjoner = [0, 7]

const varslerOf = ({ varsler }: Digital, { epostAdresse, mobilnummer }: DigitalMailbox) => ({
  ...(epostAdresse && varsler?.epostTekst
    ? { epostvarsel: { epostadresse: epostAdresse, varslingstekst: varsler.epostTekst, repetisjoner } }
    : {}),
  ...(mobilnummer && varsler?.smsTekst
    ? { smsvarsel: { mobiltelefonnummer: mobilnummer, varslingstekst: varsler.smsTekst, repetisjoner } }
    : {})
})

const checked = (
  { message }: StandardBusinessDocument,
  json: unknown
): Result.Result<DpiMessage.DpiMessage, NotDeliverable> =>
  Result.mapError(DpiMessage.decode(json), ({ detail }) => {
    const [problem] = problems(message)
    return new NotDeliverable({ field: problem?.field ?? message.type, detail: problem?.detail ?? detail })
  })

const wrapped = (header: DpiMessage.DpiMessage["header"], type: string, body: unknown) => ({
  standardBusinessDocument: { standardBusinessDocumentHeader: header, [type]: body }
})

const isDigital = isOf("digital")
const isPrint = isOf("print")

/**
 * A digital letter as the DPI message to its mailbox supplier, held to the rules of DPI.
 *
 * Source: dpi 1.5, 1.6.
 */
export const digital = (
  document: StandardBusinessDocument,
  mailbox: DigitalMailbox,
  sealing: Sealing
): Result.Result<DpiMessage.DpiMessage, NotDeliverable> => {
  if (!isDigital(document)) return Result.fail(new NotDeliverable({ field: "type", detail: "is not digital" }))
  const letter = document.message.body
  return checked(
    document,
    wrapped(headerOf(document, "digital", mailbox.orgnrPostkasse, sealing.now), "digital", {
      avsender: bodyAvsender(document, letter),
      mottaker: { postkasseadresse: mailbox.postkasseAdresse },
      dokumentpakkefingeravtrykk: fingeravtrykkOf(sealing),
      maskinportentoken: sealing.maskinportentoken,
      ...(letter.sikkerhetsnivaa === undefined ? {} : { sikkerhetsnivaa: letter.sikkerhetsnivaa }),
      ...(letter.digitalPostInfo?.virkningsdato === undefined
        ? {}
        : { virkningstidspunkt: SbdDateTime.startOfDay(letter.digitalPostInfo.virkningsdato) }),
      ...(letter.digitalPostInfo?.aapningskvittering === undefined
        ? {}
        : { aapningskvittering: letter.digitalPostInfo.aapningskvittering }),
      ...(letter.tittel === undefined ? {} : { ikkesensitivtittel: letter.tittel }),
      ...(letter.spraak === undefined ? {} : { spraak: letter.spraak }),
      varsler: varslerOf(letter, mailbox)
    })
  )
}

/**
 * A print letter as the DPI message to the print house, held to the rules of DPI.
 *
 * Source: dpi 1.5, 1.7.
 */
export const utskrift = (
  document: StandardBusinessDocument,
  printSupplier: string,
  sealing: Sealing
): Result.Result<DpiMessage.DpiMessage, NotDeliverable> => {
  if (!isPrint(document)) return Result.fail(new NotDeliverable({ field: "type", detail: "is not print" }))
  const letter = document.message.body
  return checked(
    document,
    wrapped(headerOf(document, "utskrift", printSupplier, sealing.now), "utskrift", {
      avsender: bodyAvsender(document, letter),
      mottaker: layOut(letter.mottaker ?? {}),
      dokumentpakkefingeravtrykk: fingeravtrykkOf(sealing),
      maskinportentoken: sealing.maskinportentoken,
      utskriftstype: letter.utskriftsfarge ?? "SORT_HVIT",
      retur: {
        mottaker: layOut(letter.retur?.mottaker ?? {}),
        returposthaandtering: letter.retur?.returhaandtering ?? "DIREKTE_RETUR"
      },
      posttype: letter.posttype === "A_PRIORITERT" ? "A" : "B"
    })
  )
}
