import * as StandardBusinessDocument from "@eformidling/domain/StandardBusinessDocument"
import { Predicate, Result, Schema } from "effect"
import * as TolerantJson from "./TolerantJson.ts"

/** The body of a queue message: an SBD, and the sealed dokumentpakke when there are documents. */
export interface Payload {
  readonly sbd: StandardBusinessDocument.StandardBusinessDocument
  readonly dokumentpakke: Uint8Array | undefined
}

/** A body that will never be readable. `reason` goes to the dead-letter queue; neither member quotes the body. */
export class UnreadablePayload extends Schema.TaggedError<UnreadablePayload>()("UnreadablePayload", {
  reason: Schema.Literals(["InvalidPayload", "InvalidSbd"]),
  description: Schema.String
}) {}

const lastGroup = /^(?:|[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)$/

/** Bits that padding leaves over may be set; all else must be base64 as it is written, to the letter. */
const decodeBase64 = (text: string): Buffer | undefined => {
  const bytes = Buffer.from(text, "base64")
  const again = bytes.toString("base64")
  return again.length === text.length && again.slice(0, -4) === text.slice(0, -4) && lastGroup.test(text.slice(-4))
    ? bytes
    : undefined
}

const asciiOnly = (json: string): string =>
  json.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)

/**
 * The bytes of a body: `{ "sbd": …, "asic": base64(base64(CMS)) }`, in ASCII whatever the SBD holds.
 *
 * Source: dpe 2.2, 2.3.
 */
export const encode = ({ dokumentpakke, sbd }: Payload): Buffer => {
  const head = `{"sbd":${asciiOnly(JSON.stringify(StandardBusinessDocument.encode(sbd)))}`
  if (dokumentpakke === undefined) return Buffer.from(`${head}}`, "latin1")
  const inner = Buffer.from(Buffer.from(dokumentpakke).toString("base64"), "latin1")
  return Buffer.from(`${head},"asic":"${inner.toString("base64")}"}`, "latin1")
}

const invalidPayload = (description: string) =>
  Result.fail(new UnreadablePayload({ reason: "InvalidPayload", description }))

const decodePackage = (asic: unknown): Result.Result<Uint8Array | undefined, UnreadablePayload> => {
  if (asic === undefined || asic === null) return Result.succeed(undefined)
  if (!Predicate.isString(asic)) return invalidPayload("asic is not a string")
  const outer = decodeBase64(asic)
  if (outer === undefined) return invalidPayload("asic is not base64")
  const inner = decodeBase64(outer.toString("latin1"))
  return inner === undefined ? invalidPayload("asic is base64 once, not twice") : Result.succeed(inner)
}

/**
 * Reads a body. Member order, unknown members, `null` for no package and raw control characters in strings are all accepted.
 *
 * Source: dpe 1.9, 2.2, 5.5.
 */
export const decode = (body: Uint8Array): Result.Result<Payload, UnreadablePayload> => {
  const parsed = TolerantJson.parse(Buffer.from(body).toString("utf8"))
  if (Result.isFailure(parsed)) return invalidPayload("the body is not JSON")
  const root = parsed.success
  if (!Predicate.isObject(root)) return invalidPayload("the body is not a JSON object")
  const { asic, sbd } = root as { readonly asic?: unknown; readonly sbd?: unknown }
  if (!Predicate.isObject(sbd)) return invalidPayload("sbd is missing")
  const dokumentpakke = decodePackage(asic)
  if (Result.isFailure(dokumentpakke)) return Result.fail(dokumentpakke.failure)
  return Result.map(
    Result.mapError(
      StandardBusinessDocument.decodeReceived(sbd),
      (error) => new UnreadablePayload({ reason: "InvalidSbd", description: error.message })
    ),
    (decoded) => ({ sbd: decoded, dokumentpakke: dokumentpakke.success })
  )
}
