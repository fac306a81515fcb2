import { Result } from "effect"
import { createHmac, timingSafeEqual } from "node:crypto"

/** What a key allows. `Manage` includes the other two. */
export type Right = "Send" | "Listen" | "Manage"

/** A shared access key. The key is text: its UTF-8 bytes are used as they are, never base64-decoded. */
export interface AccessKey {
  readonly name: string
  readonly key: string
  readonly rights: ReadonlyArray<Right>
}

/** A shared access signature that was found to be good. */
export interface Grant {
  /** The resource the token was made for, decoded. */
  readonly resource: string
  readonly rights: ReadonlyArray<Right>
  /** Unix milliseconds. */
  readonly expiresAt: number
}

/** The outcome of judging a token; `problem` is fit to be shown to the peer. */
export type Verdict =
  | { readonly _tag: "Granted"; readonly grant: Grant }
  | { readonly _tag: "Refused"; readonly problem: string }

const refused = (problem: string): Verdict => ({ _tag: "Refused", problem })

const signatureOf = (resource: string, expiry: string, key: string): Buffer =>
  createHmac("sha256", key).update(`${resource}\n${expiry}`).digest()

/**
 * A token for a resource and everything below it. `expiresAt` is in Unix seconds.
 *
 * Source: servicebus-amqp 3, dpe 2.5.
 */
export const sign = (resource: string, expiresAt: number, { key, name }: Pick<AccessKey, "name" | "key">): string => {
  const encoded = encodeURIComponent(resource)
  const signature = signatureOf(encoded, String(expiresAt), key).toString("base64")
  return `SharedAccessSignature sr=${encoded}&sig=${encodeURIComponent(signature)}&se=${expiresAt}&skn=${encodeURIComponent(name)}`
}

const scheme = "SharedAccessSignature "

const decodeComponent = (text: string): string | undefined =>
  Result.getOrUndefined(Result.try(() => decodeURIComponent(text)))

const withoutScheme = (uri: string): string =>
  uri
    .toLowerCase()
    .replace(/^[a-z]+:\/\//, "")
    .replace(/\/+$/, "")

/** Whether `audience` is `resource` or lies below it, whatever their schemes and letter case. */
export const covers = (resource: string, audience: string): boolean => {
  const [held, asked] = [withoutScheme(resource), withoutScheme(audience)]
  return asked === held || asked.startsWith(`${held}/`)
}

/**
 * Judges a token: its signature under the key it names, its expiry, and whether it covers `audience`.
 *
 * `now` and `tolerance` are in milliseconds: a token is taken until `tolerance` past its expiry.
 *
 * Source: servicebus-amqp 3, dpe 2.5.
 */
export const verify = (
  token: string,
  audience: string,
  keys: ReadonlyArray<AccessKey>,
  now: number,
  tolerance = 0
): Verdict => {
  if (!token.startsWith(scheme)) return refused("The token is not a SharedAccessSignature.")
  const fields = new Map<string, string>()
  for (const pair of token.slice(scheme.length).split("&")) {
    const equals = pair.indexOf("=")
    if (equals > 0) fields.set(pair.slice(0, equals), pair.slice(equals + 1))
  }
  const [sr, sig, se, skn] = [fields.get("sr"), fields.get("sig"), fields.get("se"), fields.get("skn")]
  if (sr === undefined || sig === undefined || se === undefined || skn === undefined) {
    return refused("The token lacks one of sr, sig, se and skn.")
  }
  const name = decodeComponent(skn)
  const key = keys.find((candidate) => candidate.name === name)
  if (key === undefined) return refused("The token names a key that is not known.")
  const given = Buffer.from(decodeComponent(sig) ?? "", "base64")
  const expected = signatureOf(sr, se, key.key)
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    return refused("The token has an invalid signature.")
  const expiresAt = Number(se) * 1000
  if (!/^\d+$/.test(se) || expiresAt + tolerance <= now) return refused("The token has expired.")
  const resource = decodeComponent(sr)
  if (resource === undefined || !covers(resource, audience))
    return refused("The token's audience does not cover this entity.")
  return { _tag: "Granted", grant: { resource, rights: key.rights, expiresAt: expiresAt + tolerance } }
}

/** Whether rights include the one that is asked for. */
export const allows = (rights: ReadonlyArray<Right>, right: Right): boolean =>
  rights.includes(right) || rights.includes("Manage")
