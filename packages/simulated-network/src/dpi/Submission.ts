import { createHash } from "node:crypto"
import * as DpiMessage from "@eformidling/domain/dpi/DpiMessage"
import * as PartyIdentifier from "@eformidling/domain/PartyIdentifier"
import { Effect, Schema, Stream } from "effect"
import { type HttpServerRequest, Multipart } from "effect/http"
import type { Access } from "../Maskinporten.ts"
import * as certificates from "../internal/certificates.ts"
import * as jws from "../internal/jws.ts"
import type { Letter } from "./LetterStore.ts"

const numberOf = PartyIdentifier.primaryIdentifier

/** Corner 2 does not take the message. */
export class SubmissionRefused extends Schema.TaggedError<SubmissionRefused>()("SubmissionRefused", {
  status: Schema.Int,
  title: Schema.String,
  detail: Schema.String
}) {}

export const refuse = (status: number, title: string, detail: string) =>
  new SubmissionRefused({ status, title, detail })

const demand = (holds: boolean, status: number, title: string, detail: string) =>
  holds ? Effect.void : Effect.fail(refuse(status, title, detail))

/** The parts of a submission, in their order. Source: dpi 6.3. */
const expected = [
  { name: "forretningsmelding", filename: "sbd.jwt", contentType: "application/jwt" },
  { name: "dokumentpakke", filename: "asic.cms", contentType: "application/cms" }
]

const partsOf = (request: HttpServerRequest.HttpServerRequest) =>
  request.multipartStream.pipe(
    Stream.filter(Multipart.isFile),
    Stream.mapEffect((part) =>
      Effect.map(part.contentEffect, (bytes) => ({
        name: part.key,
        filename: part.name,
        contentType: part.contentType.split(";")[0]?.trim(),
        bytes
      }))
    ),
    Stream.runCollect,
    Effect.mapError(() => refuse(400, "Bad Request", "the body is not multipart/form-data"))
  )

const signerOf = Effect.fnUntraced(function* (token: string, isTrusted: (der: Uint8Array) => Effect.Effect<boolean>) {
  const x5c = jws.peek(token)?.header["x5c"]
  const leaf = Array.isArray(x5c) && x5c.length === 1 && typeof x5c[0] === "string" ? x5c[0] : undefined
  const certificate = leaf === undefined ? undefined : certificates.fromBase64(leaf)
  if (certificate === undefined) return yield* refuse(400, "Bad Request", "x5c must hold the signing certificate")
  yield* demand(yield* isTrusted(certificate.raw), 400, "Bad Request", "the signing certificate is not trusted")
  yield* demand(yield* jws.verifies(token, certificate.publicKey), 400, "Bad Request", "the signature does not verify")
  return certificates.organisasjonsnummerOf(certificate)
})

/**
 * Reads a submission and holds it to corner 2's rules: form, signature, schema, token and fingerprint.
 *
 * Source: dpi 6.3, 6.6.
 */
export const read = Effect.fn("Submission.read")(function* (
  request: HttpServerRequest.HttpServerRequest,
  bearer: string,
  access: Access,
  kanal: string,
  isTrusted: (der: Uint8Array) => Effect.Effect<boolean>,
  acceptedAt: number
): Effect.fn.Return<Letter, SubmissionRefused> {
  const parts = yield* partsOf(request)
  yield* demand(
    parts.length === expected.length &&
      expected.every(
        ({ contentType, filename, name }, index) =>
          parts[index]?.name === name &&
          parts[index]?.filename === filename &&
          parts[index]?.contentType === contentType
      ),
    400,
    "Bad Request",
    "expected the parts forretningsmelding (application/jwt) and dokumentpakke (application/cms)"
  )
  const token = Buffer.from(parts[0]!.bytes).toString("utf8")
  const dokumentpakke = parts[1]!.bytes
  const signer = yield* signerOf(token, isTrusted)
  const payload = Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8")
  const message = yield* Effect.try({
    try: (): unknown => JSON.parse(payload),
    catch: () => refuse(400, "Bad Request", "the signed content is not JSON")
  }).pipe(
    Effect.flatMap((json) =>
      Effect.mapError(Effect.fromResult(DpiMessage.decode(json)), ({ detail }) => refuse(400, "Bad Request", detail))
    )
  )
  if (message.type !== "digital" && message.type !== "utskrift") {
    return yield* refuse(400, "Bad Request", `${message.type} cannot be sent`)
  }
  const { avsender, dokumentpakkefingeravtrykk, maskinportentoken } = message.body
  const sender = numberOf(message.header.sender[0]?.identifier.value ?? "")
  yield* demand(maskinportentoken === bearer, 401, "Unauthorized", "maskinportentoken is not the bearer token")
  yield* demand(
    numberOf(avsender.virksomhetsidentifikator.value) === access.consumer,
    403,
    "Forbidden",
    "avsender is not the token's consumer"
  )
  yield* demand(
    sender === (access.supplier ?? access.consumer),
    403,
    "Forbidden",
    "the sender is not the token's holder"
  )
  yield* demand(signer === sender, 400, "Bad Request", "the message is not signed by its sender")
  const digest = createHash("sha256").update(dokumentpakke).digest("base64")
  yield* demand(
    dokumentpakkefingeravtrykk.digestMethod === "http://www.w3.org/2001/04/xmlenc#sha256" &&
      dokumentpakkefingeravtrykk.digestValue === digest,
    400,
    "Bad Request",
    "dokumentpakkefingeravtrykk is not that of the package"
  )
  const conversationId = DpiMessage.conversationId(message)
  if (conversationId === undefined) return yield* refuse(400, "Bad Request", "the message names no conversation")
  return {
    messageId: message.header.documentIdentification.instanceIdentifier,
    conversationId,
    sender,
    kanal,
    avsenderidentifikator: avsender.avsenderidentifikator ?? "",
    supplier: numberOf(message.header.receiver[0]?.identifier.value ?? ""),
    payload,
    dokumentpakke,
    acceptedAt
  }
})
