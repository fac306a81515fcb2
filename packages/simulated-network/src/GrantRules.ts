/**
 * What Maskinporten asks of a grant before it gives a token.
 *
 * Source: dpi 7.1, 7.4.
 */
import { Clock, Effect } from "effect"
import { X509Certificate } from "node:crypto"
import * as certificates from "./internal/certificates.ts"
import * as jws from "./internal/jws.ts"
import { GrantRefusal, refusal } from "./MaskinportenError.ts"
import type { Authority } from "./pki/Pki.ts"
import type { Organisation, Population } from "./Population.ts"

/** Seconds a grant may be valid. */
const maximumLifetime = 120
/** Seconds a clock may be wrong. */
const tolerance = 10

/** What the rules are applied with. */
export interface Context {
  readonly audience: string
  readonly issuer: Authority
  readonly population: Population
  /** A grant for the client's own organisation must not say so, as the troubleshooting page has it. Source: dpi 7.4. */
  readonly refusesOwnConsumerOrg: boolean
}

/** A grant that keeps all the rules, but for `jti` having been used before. */
export interface Grant {
  readonly clientId: string
  readonly client: Organisation
  readonly scopes: ReadonlyArray<string>
  /** Organisation the token is for; the client's own when it acts for itself. */
  readonly consumer: string
  readonly jti: string
  /** Seconds since the epoch until which `jti` must be remembered. */
  readonly rememberUntil: number
  readonly header: Readonly<Record<string, unknown>>
  readonly claims: Readonly<Record<string, unknown>>
}

const certificateIn = Effect.fnUntraced(function* (header: Readonly<Record<string, unknown>>, issuer: Authority) {
  const { x5c } = header
  if (x5c === undefined) {
    return yield* refusal("MP-100", "No x5c in the header, and no key is registered on the client", {
      error: "invalid_client"
    })
  }
  if (!Array.isArray(x5c) || x5c.length === 0 || !x5c.every((text) => typeof text === "string")) {
    return yield* refusal("MP-123", "x5c must be an array of strings")
  }
  const chain = x5c.map((text: string) => certificates.fromBase64(text))
  const [leaf] = chain
  if (leaf === undefined || chain.includes(undefined)) {
    return yield* refusal("MP-123", "x5c must hold certificates, DER in base64")
  }
  if (!certificates.isGood(leaf, new X509Certificate(issuer.certificate), yield* Clock.currentTimeMillis)) {
    return yield* refusal("MP-120", "The certificate is not valid in this environment")
  }
  return leaf
})

const timesOf = Effect.fnUntraced(function* (claims: Readonly<Record<string, unknown>>) {
  const { exp, iat } = claims
  const now = Math.floor((yield* Clock.currentTimeMillis) / 1000)
  if (typeof iat !== "number" || typeof exp !== "number") return yield* refusal("MP-011", "iat and exp must be numbers")
  if (iat > now + tolerance) return yield* refusal("MP-130", "iat is in the future")
  if (exp - iat > maximumLifetime)
    return yield* refusal("MP-130", `The grant lives for more than ${maximumLifetime} seconds`)
  if (exp < now - tolerance) return yield* refusal("MP-130", "The grant has expired")
  return { rememberUntil: exp + tolerance }
})

const consumerOf = Effect.fnUntraced(function* (
  claims: Readonly<Record<string, unknown>>,
  client: Organisation,
  scopes: ReadonlyArray<string>,
  { population, refusesOwnConsumerOrg }: Context
) {
  const { consumer_org: named = client.organisasjonsnummer } = claims
  if (typeof named !== "string" || !/^\d{9}$/.test(named)) {
    return yield* refusal("MP-011", "consumer_org must be nine digits")
  }
  if (refusesOwnConsumerOrg && claims["consumer_org"] === client.organisasjonsnummer) {
    return yield* new GrantRefusal({
      status: 400,
      error: "invalid_grant",
      description:
        "Validation of JWT claim failed: The combination consumer_org in claim and delegation scope on client is invalid"
    })
  }
  const consumer = population.organisations.find(({ organisasjonsnummer }) => organisasjonsnummer === named)
  const lacking = scopes.find((scope) => consumer?.scopes.includes(scope) !== true)
  if (lacking !== undefined) {
    return yield* refusal("MP-250", `Consumer ${named} has no access to the scope ${lacking}`, {
      error: "invalid_scope",
      status: 403
    })
  }
  const delegated = named === client.organisasjonsnummer || consumer?.delegatesTo?.includes(client.organisasjonsnummer)
  if (delegated !== true) {
    return yield* refusal(
      "MP-251",
      `Consumer ${named} has not delegated the scope ${scopes.join(" ")} to supplier ${client.organisasjonsnummer}`,
      { status: 403 }
    )
  }
  return named
})

/** Checks an assertion. Rules are applied in the order of what they need: form, certificate, signature, claims, scopes. */
export const check = Effect.fnUntraced(function* (assertion: string, context: Context) {
  const parts = jws.peek(assertion)
  if (parts === undefined) return yield* refusal("MP-011", "The assertion is not a JWT")
  const { header, payload: claims } = parts
  if (header["alg"] !== "RS256") return yield* refusal("MP-011", "The assertion must be signed with RS256")

  const certificate = yield* certificateIn(header, context.issuer)
  if (!(yield* jws.verifies(assertion, certificate.publicKey))) return yield* refusal("MP-124", "Bad signature")

  const clientId = claims["iss"]
  const client = context.population.organisations.find(
    ({ organisasjonsnummer }) => clientId === `MOVE_IP_${organisasjonsnummer}`
  )
  if (typeof clientId !== "string" || client === undefined) {
    return yield* refusal("MP-100", "The client is unknown in this environment", { error: "invalid_client" })
  }
  if (certificates.organisasjonsnummerOf(certificate) !== client.organisasjonsnummer) {
    return yield* refusal("MP-122", "The certificate belongs to another organisation than the client", {
      error: "invalid_client"
    })
  }
  if (claims["aud"] !== context.audience) return yield* refusal("MP-110", `aud must be ${context.audience}`)
  const { rememberUntil } = yield* timesOf(claims)
  const { jti, scope } = claims
  if (typeof jti !== "string" || jti === "") return yield* refusal("MP-011", "jti must be a text")
  if (typeof scope !== "string" || !/^\S+( \S+)*$/.test(scope)) {
    return yield* refusal("MP-011", "scope must be names with one space between", { error: "invalid_scope" })
  }
  const scopes = scope.split(" ")
  const registered = client.clientScopes ?? client.scopes
  const missing = scopes.find((name) => !registered.includes(name))
  if (missing !== undefined) {
    return yield* refusal("MP-200", `The scope ${missing} is not registered on client ${clientId}`, {
      error: "invalid_scope"
    })
  }
  const consumer = yield* consumerOf(claims, client, scopes, context)
  return { clientId, client, scopes, consumer, jti, rememberUntil, header, claims } satisfies Grant
})
