import type { Pakkeinnhold } from "@eformidling/domain/dpi/Pakkeinnhold"
import * as Pakke from "@eformidling/domain/dpi/Pakkeinnhold"
import * as DpiMessage from "@eformidling/domain/dpi/DpiMessage"
import * as DpiTransformation from "@eformidling/domain/dpi/DpiTransformation"
import * as PartyIdentifier from "@eformidling/domain/PartyIdentifier"
import type { StandardBusinessDocument } from "@eformidling/domain/StandardBusinessDocument"
import { DocumentError, type DokumentpakkeError } from "@eformidling/port-dokumentpakke/DokumentpakkeError"
import { DokumentpakkeSealer, type Sealed } from "@eformidling/port-dokumentpakke/DokumentpakkeSealer"
import { AccessTokens } from "@eformidling/port-registry/AccessTokens"
import { PrintLookup } from "@eformidling/port-registry/PrintLookup"
import { RecipientLookup } from "@eformidling/port-registry/RecipientLookup"
import type { ServiceRecord } from "@eformidling/port-registry/ServiceRecord"
import { MessageSender, type Outgoing, type OutgoingDocument } from "@eformidling/port-transport/MessageSender"
import { Rejected, TransportError, Unavailable } from "@eformidling/port-transport/TransportError"
import { DateTime, Effect, Redacted, type Result, Stream } from "effect"
import type { Corner2 } from "./Corner2.ts"
import type { DpiSettings } from "./DpiSettings.ts"
import * as Jws from "./Jws.ts"
import * as Kanal from "./Kanal.ts"
import { fromTokenError } from "./ReceivingToken.ts"

/** Who gets the letter and how it is sealed for them. */
interface Route {
  readonly recipientCertificate: string
  readonly content: Pakkeinnhold<OutgoingDocument>
  readonly toDpi: (
    sealing: DpiTransformation.Sealing
  ) => Result.Result<DpiMessage.DpiMessage, DpiTransformation.NotDeliverable>
}

const tryLater = (detail: string, cause?: unknown): TransportError =>
  new TransportError({
    reason: new Unavailable({ detail, ambiguous: false, ...(cause === undefined ? {} : { cause }) })
  })

const rejected = (code: string, detail: string, cause: unknown): TransportError =>
  new TransportError({ reason: new Rejected({ code, detail, cause }) })

const notDeliverable = (error: DpiTransformation.NotDeliverable): TransportError =>
  rejected("InvalidMessage", `Sending failed! ${error.message}`, error)

const fromSealing = (error: DokumentpakkeError): TransportError =>
  error.reason._tag === "InvalidInput" || error.reason._tag === "DocumentChanged"
    ? rejected(error.reason._tag, `Sending failed! ${error.message}`, error)
    : tryLater(error.message, error)

const laidOut = (
  { documents, sbd }: Outgoing,
  facts: { readonly postkasseadresse: string | undefined; readonly lang: string }
) => Effect.mapError(Effect.fromResult(Pakke.layOut(sbd, documents, facts)), notDeliverable)

const toDocument = ({ content, crc32, filename, mimeType, sha256, size }: OutgoingDocument) => ({
  filename,
  mimeType,
  size,
  sha256,
  crc32,
  content: () => Stream.mapError(content, (cause) => new DocumentError({ filename, cause }))
})

/**
 * Sends letters through corner 2: looks the recipient up, seals the package, obtains the sender's token, signs and posts.
 *
 * When an earlier attempt may have arrived, corner 2 is asked first, so that a letter is never sent twice.
 *
 * Source: dpi 0, 6.9.
 */
export const make = Effect.fnUntraced(function* (
  settings: DpiSettings,
  corner2: Corner2,
  receivingToken: Effect.Effect<Redacted.Redacted<string>, TransportError>
) {
  const recipients = yield* RecipientLookup
  const printHouse = yield* PrintLookup
  const sealer = yield* DokumentpakkeSealer
  const tokens = yield* AccessTokens
  const sign = yield* Jws.signer
  const nextKanal = yield* Kanal.inTurn(settings.kanaler)

  const recordFor = Effect.fnUntraced(function* (sbd: StandardBusinessDocument, receiver: string) {
    const { conversationId, process, standard } = sbd
    const identifier = PartyIdentifier.primaryIdentifier(receiver)
    const records = yield* Effect.mapError(recipients.lookup({ identifier, process, conversationId }), (error) =>
      tryLater(error.message, error)
    )
    const record = records.find(({ documentTypes }) => documentTypes.includes(standard))
    return record ?? (yield* tryLater(`the registry has no record for ${standard} in ${process}`))
  })

  const digitalRoute = Effect.fnUntraced(function* (message: Outgoing) {
    if (message.sbd.receiver === undefined) return yield* tryLater("a digital letter has no receiver")
    const { epostAdresse, mobilnummer, orgnrPostkasse, pemCertificate, postkasseAdresse }: ServiceRecord =
      yield* recordFor(message.sbd, message.sbd.receiver)
    if (orgnrPostkasse === null || postkasseAdresse === null) {
      return yield* tryLater("the registry names no mailbox for the receiver")
    }
    if (pemCertificate === "") return yield* tryLater("receiver has no certificate")
    const mailbox = {
      orgnrPostkasse,
      postkasseAdresse,
      epostAdresse: epostAdresse ?? undefined,
      mobilnummer: mobilnummer ?? undefined
    }
    const route: Route = {
      recipientCertificate: pemCertificate,
      content: yield* laidOut(message, { postkasseadresse: postkasseAdresse, lang: settings.language }),
      toDpi: (sealing) => DpiTransformation.digital(message.sbd, mailbox, sealing)
    }
    return route
  })

  const printRoute = Effect.fnUntraced(function* (message: Outgoing) {
    const supplier = yield* Effect.mapError(printHouse.printSupplier, (error) => tryLater(error.message, error))
    const record = message.sbd.receiver === undefined ? undefined : yield* recordFor(message.sbd, message.sbd.receiver)
    const route: Route = {
      recipientCertificate: supplier.certificate,
      content: yield* laidOut(message, { postkasseadresse: undefined, lang: record?.spraak || settings.language }),
      toDpi: (sealing) => DpiTransformation.utskrift(message.sbd, supplier.organisasjonsnummer, sealing)
    }
    return route
  })

  /** A letter that breaks a rule is told before it is sealed, by the member at fault. */
  const deliverable = Effect.fnUntraced(function* (route: Route) {
    const now = yield* DateTime.now
    yield* Effect.mapError(
      Effect.fromResult(route.toDpi({ fingeravtrykk: "", maskinportentoken: "", now })),
      notDeliverable
    )
  })

  const post = Effect.fnUntraced(function* (message: Outgoing, route: Route, sealed: Sealed) {
    const { organisasjonsnummer } = DpiTransformation.avsenderOf(message.sbd)
    const token = yield* Effect.mapError(
      tokens.token({ scopes: settings.scopes, consumerOrg: organisasjonsnummer }),
      fromTokenError
    )
    const dpi = yield* Effect.mapError(
      Effect.fromResult(
        route.toDpi({
          fingeravtrykk: Buffer.from(sealed.sha256).toString("base64"),
          maskinportentoken: Redacted.value(token),
          now: yield* DateTime.now
        })
      ),
      notDeliverable
    )
    yield* corner2.send({
      type: dpi.type,
      kanal: yield* nextKanal,
      token,
      forretningsmelding: yield* sign(DpiMessage.encode(dpi)),
      dokumentpakke: sealed
    })
  })

  const isThere = ({ messageId }: Outgoing) =>
    Effect.map(
      Effect.flatMap(receivingToken, (token) => corner2.statuses(messageId, token)),
      (statuses) => statuses.length > 0
    )

  const hasArrived = Effect.logInfo("corner 2 has the letter from an earlier attempt")

  /** An earlier attempt may arrive while we ask; corner 2 then refuses the repeat, and knows the message. */
  const unlessThere = (message: Outgoing) => (refusal: TransportError) =>
    refusal.reason._tag === "Rejected" && (message.mayHaveArrived || message.attempt > 1)
      ? Effect.flatMap(isThere(message), (there) => (there ? hasArrived : Effect.fail(refusal)))
      : Effect.fail(refusal)

  const send = Effect.fn("DpiMessageSender.send")(
    function* (message: Outgoing) {
      if (message.mayHaveArrived && (yield* isThere(message))) return yield* hasArrived
      const route = yield* message.sbd.message.type === "print" ? printRoute(message) : digitalRoute(message)
      yield* deliverable(route)
      const sealed = yield* Effect.mapError(
        sealer.seal({
          flavour: "dpi",
          manifest: route.content.manifest,
          documents: route.content.documents.map(toDocument),
          recipientCertificate: route.recipientCertificate
        }),
        fromSealing
      )
      yield* Effect.catch(post(message, route, sealed), unlessThere(message))
    },
    Effect.scoped,
    (effect, { messageId }) => Effect.mapError(effect, ({ reason }) => new TransportError({ reason, messageId }))
  )

  return MessageSender.of({ send })
})
