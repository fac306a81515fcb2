/**
 * Maskinporten: gives access tokens for signed grants.
 *
 * Source: dpi 7.
 */
import { Clock, Context, Effect, Layer, Ref } from "effect"
import { HttpRouter, HttpServerRequest, HttpServerResponse } from "effect/http"
import { randomUUID } from "node:crypto"
import * as Faults from "./Faults.ts"
import { check, type Grant } from "./GrantRules.ts"
import * as jws from "./internal/jws.ts"
import { Listener } from "./Listener.ts"
import { type GrantRefusal, refusal, TokenRejected } from "./MaskinportenError.ts"
import { Pki } from "./pki/Pki.ts"
import { maskinporten, type Population } from "./Population.ts"

/** Seconds an access token lives. */
const lifetime = 120
const prefix = "/maskinporten"
const kid = "maskinporten-1"

/** What a token lets its holder do. */
export interface Access {
  readonly clientId: string
  readonly scopes: ReadonlyArray<string>
  /** Bare organisasjonsnummer of whom the token is for. */
  readonly consumer: string
  /** Bare organisasjonsnummer of who acts for the consumer, when that is another. */
  readonly supplier?: string | undefined
}

/** How strict Maskinporten is where the field is not of one mind. */
export interface Options {
  readonly population: Population
  /** Refuses a grant whose consumer_org is the client's own organisation; off unless set. Source: dpi 7.4. */
  readonly refusesOwnConsumerOrg?: boolean | undefined
}

/** The simulated Maskinporten, as the other simulated services and tests see it. */
export class Maskinporten extends Context.Service<
  Maskinporten,
  {
    /** Issuer of the tokens, and the audience of grants, slash at the end included. */
    readonly issuer: string
    readonly tokenUrl: string
    readonly jwksUrl: string
    /** Trades an assertion for an access token. */
    readonly grant: (
      assertion: string
    ) => Effect.Effect<{ readonly token: string; readonly grant: Grant }, GrantRefusal>
    /** Reads a bearer token; it must be ours, in force, and hold one of the scopes at least. */
    readonly verify: (token: string, anyOf: ReadonlyArray<string>) => Effect.Effect<Access, TokenRejected>
    /** Grants that led to a token, oldest first. */
    readonly granted: Effect.Effect<ReadonlyArray<Grant>>
    readonly faults: Faults.Faults
  }
>()("@eformidling/simulated-network/Maskinporten") {}

const party = (organisasjonsnummer: string) => ({
  authority: "iso6523-actorid-upis",
  ID: `0192:${organisasjonsnummer}`
})

const bare = (value: unknown): string | undefined => {
  const id = typeof value === "object" && value !== null && "ID" in value ? value.ID : undefined
  return typeof id === "string" ? /^0192:(\d{9})$/.exec(id)?.[1] : undefined
}

const make = Effect.fnUntraced(function* ({ population, refusesOwnConsumerOrg = false }: Options) {
  const pki = yield* Pki
  const { baseUrl } = yield* Listener
  const own = yield* pki.identity(maskinporten)
  const issuer = `${baseUrl}${prefix}/`
  const granted = yield* Ref.make<ReadonlyArray<Grant>>([])
  const usedIds = yield* Ref.make<ReadonlyMap<string, number>>(new Map())
  const { around, faults } = yield* Faults.make

  const useOnce = Effect.fnUntraced(function* ({ clientId, jti, rememberUntil }: Grant) {
    const now = (yield* Clock.currentTimeMillis) / 1000
    const key = `${clientId} ${jti}`
    const isNew = yield* Ref.modify(usedIds, (used) => {
      const remembered = new Map([...used].filter(([, until]) => until >= now))
      return [!remembered.has(key), remembered.set(key, rememberUntil)]
    })
    if (!isNew) return yield* refusal("MP-012", "The grant has been used before")
  })

  const tokenFor = Effect.fnUntraced(function* ({ client, clientId, consumer, scopes }: Grant) {
    const iat = Math.floor((yield* Clock.currentTimeMillis) / 1000)
    const claims = {
      scope: scopes.join(" "),
      ...(consumer === client.organisasjonsnummer
        ? {}
        : { supplier: party(client.organisasjonsnummer), delegation_source: "https://tt02.altinn.no/" }),
      iss: issuer,
      client_amr: "virksomhetssertifikat",
      token_type: "Bearer",
      exp: iat + lifetime,
      iat,
      client_id: clientId,
      jti: randomUUID(),
      consumer: party(consumer)
    }
    return yield* jws.sign(JSON.stringify(claims), { kid }, own.privateKey)
  })

  const grant = Effect.fn("Maskinporten.grant")(function* (assertion: string) {
    const checked = yield* check(assertion, {
      audience: issuer,
      issuer: pki.intermediate,
      population,
      refusesOwnConsumerOrg
    })
    yield* useOnce(checked)
    yield* Ref.update(granted, (all) => [...all, checked])
    return { token: yield* tokenFor(checked), grant: checked }
  })

  const verify = Effect.fn("Maskinporten.verify")(function* (token: string, anyOf: ReadonlyArray<string>) {
    const claims = jws.peek(token)?.payload
    if (claims === undefined || !(yield* jws.verifies(token, own.publicKey))) {
      return yield* new TokenRejected({ detail: "The token is not one of Maskinporten's" })
    }
    const now = (yield* Clock.currentTimeMillis) / 1000
    if (claims["iss"] !== issuer) return yield* new TokenRejected({ detail: "The token has another issuer" })
    if (typeof claims["exp"] !== "number" || claims["exp"] < now) {
      return yield* new TokenRejected({ detail: "The token has expired" })
    }
    const scopes = typeof claims["scope"] === "string" ? claims["scope"].split(" ") : []
    if (!anyOf.some((scope) => scopes.includes(scope))) {
      return yield* new TokenRejected({ detail: `The token lacks the scope ${anyOf.join(" or ")}` })
    }
    const consumer = bare(claims["consumer"])
    const clientId = claims["client_id"]
    if (consumer === undefined || typeof clientId !== "string") {
      return yield* new TokenRejected({ detail: "The token names no consumer" })
    }
    return { clientId, scopes, consumer, supplier: bare(claims["supplier"]) }
  })

  const tokenEndpoint = Effect.gen(function* () {
    const request = yield* HttpServerRequest.HttpServerRequest
    if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(request.headers["content-type"] ?? "")) {
      return yield* refusal("MP-011", "The request must be application/x-www-form-urlencoded", {
        error: "invalid_request"
      })
    }
    const form = new URLSearchParams(yield* Effect.orDie(request.text))
    const names = [...form.keys()]
    if (new Set(names).size !== names.length) {
      return yield* refusal("MP-011", "A parameter is given twice", { error: "invalid_request" })
    }
    if (form.get("grant_type") !== "urn:ietf:params:oauth:grant-type:jwt-bearer") {
      return yield* refusal("MP-011", "Unknown grant_type", { error: "unsupported_grant_type" })
    }
    const { grant: checked, token } = yield* grant(form.get("assertion") ?? "")
    return HttpServerResponse.jsonUnsafe({
      access_token: token,
      token_type: "Bearer",
      expires_in: lifetime - 1,
      scope: checked.scopes.join(" ")
    })
  }).pipe(
    Effect.catchTag("GrantRefusal", ({ description, error, status }) =>
      Effect.succeed(
        HttpServerResponse.jsonUnsafe(
          {
            error,
            error_description: description,
            error_uri: "https://docs.digdir.no/docs/Maskinporten/maskinporten_feilsoking"
          },
          { status }
        )
      )
    )
  )

  const jwks = jws
    .jwkOf(own.publicKey, kid, [own.chain[0]])
    .pipe(Effect.map((jwk) => HttpServerResponse.jsonUnsafe({ keys: [jwk] })))

  const routes = [
    HttpRouter.route("POST", `${prefix}/token`, around(tokenEndpoint)),
    HttpRouter.route("GET", `${prefix}/jwk`, around(jwks))
  ]
  const service = Maskinporten.of({
    issuer,
    tokenUrl: `${baseUrl}${prefix}/token`,
    jwksUrl: `${baseUrl}${prefix}/jwk`,
    grant,
    verify,
    granted: Ref.get(granted),
    faults
  })
  return { service, routes }
})

/** Maskinporten under `/maskinporten` of the listener. */
export const layer = (options: Options): Layer.Layer<Maskinporten, never, Pki | Listener | HttpRouter.HttpRouter> =>
  Layer.effect(
    Maskinporten,
    Effect.gen(function* () {
      const { routes, service } = yield* make(options)
      const router = yield* HttpRouter.HttpRouter
      yield* router.addAll(routes)
      return service
    })
  )
