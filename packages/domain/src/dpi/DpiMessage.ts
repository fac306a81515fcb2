import { Predicate, Result, Schema } from "effect"
import { fromIssue, type SbdError } from "../SbdError.ts"
import { characters } from "../internal/text.ts"
import { Day } from "../forretningsmelding/Lenient.ts"
import { DpiDateTime, DpiHeader, Virksomhetsidentifikator } from "./DpiHeader.ts"
import type { DpiKvittering } from "./DpiKvittering.ts"
import { PostalAddress } from "./PostalAddress.ts"

/** A text of so many characters, counted as JSON Schema does. */
const bounded = (minimum: number, maximum: number) =>
  Schema.String.check(
    Schema.makeFilter((text: string) => characters(text) >= minimum && characters(text) <= maximum, {
      expected: `${minimum} to ${maximum} characters`
    })
  )

const Avsender = Schema.Struct({
  virksomhetsidentifikator: Virksomhetsidentifikator,
  avsenderidentifikator: Schema.optionalKey(bounded(0, 100)),
  fakturaReferanse: Schema.optionalKey(bounded(0, 40))
})

const Virksomhetmottaker = Schema.StructWithRest(
  Schema.Struct({
    virksomhetsidentifikator: Virksomhetsidentifikator,
    motakeridentifikator: Schema.optionalKey(bounded(0, 100))
  }),
  [Schema.Record(Schema.String, Schema.Unknown)]
)

const Personmottaker = Schema.Struct({ postkasseadresse: Schema.String })

const Fingeravtrykk = Schema.Struct({ digestMethod: Schema.String, digestValue: Schema.String })

const repetisjoner = Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 25 }))).check(
  Schema.isMinLength(1),
  Schema.isMaxLength(10)
)

const Epostvarsel = Schema.Struct({
  epostadresse: Schema.String.check(Schema.isPattern(/^[^\s@]+@[^\s@]+$/, { expected: "an e-mail address" })),
  varslingstekst: bounded(1, 500),
  repetisjoner
})

const Smsvarsel = Schema.Struct({
  mobiltelefonnummer: bounded(8, 20).check(Schema.isPattern(/^\+?[- _0-9]+$/, { expected: "a telephone number" })),
  varslingstekst: bounded(1, 160),
  repetisjoner
})

const Varsler = Schema.StructWithRest(
  Schema.Struct({ epostvarsel: Schema.optionalKey(Epostvarsel), smsvarsel: Schema.optionalKey(Smsvarsel) }),
  [Schema.Record(Schema.String, Schema.Unknown)]
)

const sikkerhetsnivaa = Schema.Literals([3, 4])

const virkning = {
  virkningsdato: Schema.optionalKey(Day),
  virkningstidspunkt: Schema.optionalKey(DpiDateTime),
  aapningskvittering: Schema.optionalKey(Schema.Boolean)
}

const kvittering = { avsender: Avsender, mottaker: Virksomhetmottaker, tidspunkt: DpiDateTime }

/** The body of each DPI message. Source: dpi 2.4, 2.5. */
export const bodies = {
  digital: Schema.Struct({
    avsender: Avsender,
    mottaker: Personmottaker,
    dokumentpakkefingeravtrykk: Fingeravtrykk,
    maskinportentoken: Schema.String,
    sikkerhetsnivaa,
    ...virkning,
    ikkesensitivtittel: bounded(1, 255),
    spraak: bounded(2, 2),
    varsler: Schema.optionalKey(Varsler)
  }),
  utskrift: Schema.Struct({
    avsender: Avsender,
    mottaker: PostalAddress,
    dokumentpakkefingeravtrykk: Fingeravtrykk,
    maskinportentoken: Schema.String,
    utskriftstype: Schema.Literals(["SORT_HVIT", "FARGE"]),
    retur: Schema.Struct({
      mottaker: PostalAddress,
      returposthaandtering: Schema.Literals(["DIREKTE_RETUR", "MAKULERING_MED_MELDING"])
    }),
    posttype: Schema.optionalKey(Schema.Literals(["A", "B"]))
  }),
  leveringskvittering: Schema.Struct(kvittering),
  aapningskvittering: Schema.Struct(kvittering),
  varslingfeiletkvittering: Schema.Struct({
    ...kvittering,
    beskrivelse: Schema.optionalKey(Schema.String),
    varslingskanal: Schema.Literals(["epost", "sms"])
  }),
  mottakskvittering: Schema.Struct(kvittering),
  returpostkvittering: Schema.Struct(kvittering),
  feil: Schema.Struct({
    ...kvittering,
    feiltype: Schema.Literals(["KLIENT", "SERVER"]),
    detaljer: Schema.optionalKey(Schema.String)
  }),
  flyttet: Schema.Struct({
    avsender: Avsender,
    mottaker: Personmottaker,
    maskinportentoken: Schema.String,
    tidspunkt: DpiDateTime,
    dokumentpakkefingeravtrykk: Fingeravtrykk,
    mottakstidspunkt: Day,
    aapnet: Schema.optionalKey(Schema.Boolean),
    ...virkning,
    sikkerhetsnivaa,
    ikkesensitivtittel: bounded(1, 255),
    spraak: bounded(2, 2),
    varsler: Schema.optionalKey(Varsler)
  })
} as const

export type DpiMessageType = keyof typeof bodies

/** A DPI message: its header, and the body that goes with its type. */
export type DpiMessage = {
  readonly [Type in DpiMessageType]: {
    readonly type: Type
    readonly header: DpiHeader
    readonly body: (typeof bodies)[Type]["Type"]
  }
}[DpiMessageType]

/** The DPI message of one type. */
export type Of<Type extends DpiMessageType> = Extract<DpiMessage, { readonly type: Type }>

/** A JSON text that is no DPI message: its type is unknown, or it breaks its type's rules. */
export class DpiMessageError extends Schema.TaggedError<DpiMessageError>()("DpiMessageError", {
  reason: Schema.Literals(["UnknownType", "Invalid"]),
  detail: Schema.String
}) {
  override get message(): string {
    return this.detail
  }
}

/** The document type of a DPI type. Source: dpi 1.1. */
export const standardOf = (type: DpiMessageType): string =>
  `urn:fdc:digdir.no:2020:innbyggerpost:xsd::innbyggerpost##urn:fdc:digdir.no:2020:innbyggerpost:schema:${type}::1.0`

/** The process a letter and its kvitteringer belong to. Source: dpi 1.1. */
export const processOf = (type: "digital" | "utskrift"): string =>
  `urn:fdc:digdir.no:2020:profile:egovernment:innbyggerpost:${type}:ver1.0`

const strict = { onExcessProperty: "error" } as const

const invalid = (error: SbdError): DpiMessageError =>
  new DpiMessageError({ reason: "Invalid", detail: `Validation of Digital Post SBD failed! ${error.message}` })

const decodeStrictly = <S extends Schema.ConstraintDecoder<unknown>>(schema: S, root: string, value: unknown) =>
  Result.mapError(Schema.decodeUnknownResult(schema, strict)(value), ({ issue }) => invalid(fromIssue(root, issue)))

const root = Schema.Struct({ standardBusinessDocument: Schema.Record(Schema.String, Schema.Unknown) })

const isType = (type: string): type is DpiMessageType => Object.hasOwn(bodies, type)

/**
 * Reads a DPI message with its `standardBusinessDocument` wrapper, as strictly as the published schemas. Stricter in two
 * things: the type must be one of the known, and `varsler` must be an object. The document type's spelling is not judged.
 *
 * Source: dpi 2, 3.2.
 */
export const decode = (input: unknown): Result.Result<DpiMessage, DpiMessageError> =>
  Result.gen(function* () {
    const { standardBusinessDocument: document } = yield* decodeStrictly(root, "", input)
    const { standardBusinessDocumentHeader, ...rest } = document
    const header = yield* decodeStrictly(DpiHeader, "standardBusinessDocumentHeader", standardBusinessDocumentHeader)
    const type = header.documentIdentification.type
    if (!isType(type)) {
      return yield* Result.fail(
        new DpiMessageError({
          reason: "UnknownType",
          detail:
            "Unknown standardBusinessDocument.standardBusinessDocumentHeader.documentIdentification.type = " +
            `${type.slice(0, 64)}. Expecting one of ${Object.keys(bodies).join(",")}`
        })
      )
    }
    const names = Object.keys(rest)
    if (names.length !== 1 || names[0] !== type) {
      return yield* Result.fail(
        new DpiMessageError({
          reason: "Invalid",
          detail: `Validation of Digital Post SBD failed! Beside the header stands ${names.join(", ")}, not ${type} alone`
        })
      )
    }
    const body = yield* decodeStrictly(bodies[type], type, rest[type])
    return { type, header, body } as DpiMessage
  })

/** The message as JSON with its wrapper, header first. */
export const encode = ({ body, header, type }: DpiMessage): { readonly standardBusinessDocument: object } => ({
  standardBusinessDocument: { standardBusinessDocumentHeader: header, [type]: body }
})

/** The conversation a message belongs to, when it says. */
export const conversationId = ({ header }: DpiMessage): string | undefined =>
  header.businessScope.scope.find(({ type }) => type === "ConversationId")?.instanceIdentifier

/** When what a kvittering tells of came about. */
export const tidspunkt = ({ body }: DpiMessage): string | undefined =>
  Predicate.hasProperty(body, "tidspunkt") ? body.tidspunkt : undefined

/** What the message says about a letter. */
export const toKvittering = (message: DpiMessage): DpiKvittering => {
  switch (message.type) {
    case "leveringskvittering":
    case "aapningskvittering":
    case "mottakskvittering":
    case "returpostkvittering":
      return { _tag: message.type }
    case "varslingfeiletkvittering":
      return {
        _tag: message.type,
        varslingskanal: message.body.varslingskanal,
        beskrivelse: message.body.beskrivelse
      }
    case "feil":
      return { _tag: message.type, feiltype: message.body.feiltype, detaljer: message.body.detaljer }
    case "digital":
    case "utskrift":
    case "flyttet":
      return { _tag: "ukjent", type: message.type }
  }
}
