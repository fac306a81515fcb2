/**
 * The service registry (adressetjenesten): tells how recipients are reached, in signed answers.
 *
 * Source: dpi 10; dpe 8; nextmove-api 5.2 to 5.4.
 */
import { Context, Effect, Layer, Ref, Schema } from "effect"
import { HttpRouter, HttpServerRequest, HttpServerResponse } from "effect/http"
import * as Faults from "./Faults.ts"
import * as jws from "./internal/jws.ts"
import { Listener } from "./Listener.ts"
import { type Access, Maskinporten } from "./Maskinporten.ts"
import { Pki } from "./pki/Pki.ts"
import { type Organisation, type Population, serviceRegistry } from "./Population.ts"
import * as entries from "./RegistryEntries.ts"

const prefix = "/adressetjeneste"

/** Settings of the simulated registry. */
export interface Options {
  readonly population: Population
  /** The key of the Service Bus namespace; the registry answers 404 about it while it has none. */
  readonly serviceBusKey?: string | undefined
}

/** The simulated service registry, as the other simulated services and tests see it. */
export class ServiceRegistry extends Context.Service<
  ServiceRegistry,
  {
    /** Without a slash at the end. */
    readonly endpoint: string
    readonly jwkUrl: string
    /** Gives an identifier these records, in place of what the population says. */
    readonly register: (identifier: string, records: ReadonlyArray<entries.WireRecord>) => Effect.Effect<void>
    readonly registerCertificate: (organisasjonsnummer: string, pem: string) => Effect.Effect<void>
    readonly setServiceBusKey: (key: string | undefined) => Effect.Effect<void>
    /** Signs with another party's key from now on. The JWK set follows: the old key is gone. */
    readonly rotateKey: (party: string) => Effect.Effect<void>
    readonly faults: Faults.Faults
  }
>()("@eformidling/simulated-network/ServiceRegistry") {}

/** A question that is refused, with the status and the description of the answer. */
class Refusal extends Schema.TaggedError<Refusal>()("Refusal", {
  status: Schema.Int,
  description: Schema.String,
  code: Schema.optionalKey(Schema.String)
}) {}

const anyScope = [
  "eformidling:dpo",
  "eformidling:dpe",
  "eformidling:dpi",
  "move/dpo.read",
  "move/dpe.read",
  "move/dpi.read"
]
const citizenScopes = ["eformidling:dpi", "move/dpi.read"]
const keyScopes = ["eformidling:dpe", "move/dpe.read"]
const isCitizen = (identifier: string): boolean => /^\d{11}$/.test(identifier)

const make = Effect.fnUntraced(function* ({ population, serviceBusKey }: Options) {
  const pki = yield* Pki
  const tokens = yield* Maskinporten
  const { baseUrl } = yield* Listener
  const { around, faults } = yield* Faults.make
  const signer = yield* Ref.make({ identity: yield* pki.identity(serviceRegistry), kid: serviceRegistry })
  const registered = yield* Ref.make<ReadonlyMap<string, ReadonlyArray<entries.WireRecord>>>(new Map())
  const certificates = yield* Ref.make<ReadonlyMap<string, string>>(
    new Map(
      population.organisations.flatMap(({ organisasjonsnummer }) =>
        pki.identities
          .filter(({ party }) => party.name === organisasjonsnummer)
          .map((identity) => [organisasjonsnummer, identity.certificatePem] as const)
      )
    )
  )
  const busKey = yield* Ref.make(serviceBusKey)

  const accessTo = Effect.fnUntraced(function* (scopes: ReadonlyArray<string>) {
    const { headers } = yield* HttpServerRequest.HttpServerRequest
    const token = /^Bearer (\S+)$/.exec(headers["authorization"] ?? "")?.[1]
    if (token === undefined) return yield* new Refusal({ status: 401, description: "No bearer token" })
    return yield* tokens
      .verify(token, scopes)
      .pipe(Effect.mapError(({ detail }) => new Refusal({ status: 401, description: `Access denied: ${detail}` })))
  })

  const accepted = Effect.map(HttpServerRequest.HttpServerRequest, ({ headers }) =>
    (headers["accept"] ?? "*/*").split(",").map((type) => type.split(";")[0]?.trim())
  )

  const signed = Effect.fnUntraced(function* (text: string) {
    const { identity, kid } = yield* Ref.get(signer)
    const x5c = identity.chain.map((der) => Buffer.from(der).toString("base64"))
    const token = yield* jws.sign(text, { kid, x5c }, identity.privateKey)
    const body = (yield* Faults.SignsWrongly)
      ? token.replace(/.{10}$/, (end) => (end === "A".repeat(10) ? "B" : "A").repeat(10))
      : token
    return HttpServerResponse.text(body, { contentType: "application/jose" })
  })

  const answer = Effect.fnUntraced(function* (text: string, contentType: string) {
    return (yield* accepted).includes("application/jose")
      ? yield* signed(text)
      : HttpServerResponse.text(text, { contentType })
  })

  const questionOf = Effect.gen(function* () {
    const request = yield* HttpServerRequest.HttpServerRequest
    const query = new URL(request.originalUrl, baseUrl).searchParams
    const unknown = [...query.keys()].find((name) => !["securityLevel", "conversationId", "print"].includes(name))
    if (unknown !== undefined) return yield* new Refusal({ status: 400, description: `Unknown parameter ${unknown}` })
    const level = query.get("securityLevel")
    if (level !== null && !/^[34]$/.test(level)) {
      return yield* new Refusal({ status: 400, description: "security level not found" })
    }
    const printing = query.get("print")
    if (printing !== null && printing !== "true" && printing !== "false") {
      return yield* new Refusal({ status: 400, description: "print must be true or false" })
    }
    const { identifier = "", process } = yield* HttpRouter.params
    return { identifier: identifier.replace(/^0192:/, ""), process, print: printing !== "false" }
  })

  const organisation = (identifier: string): Organisation | undefined =>
    population.organisations.find(({ organisasjonsnummer }) => organisasjonsnummer === identifier)

  const entityOf = Effect.fnUntraced(function* (identifier: string, access: Access, print: boolean) {
    const known = yield* Ref.get(certificates)
    const view: entries.View = {
      population,
      certificateOf: (organisasjonsnummer) => known.get(organisasjonsnummer) ?? "",
      asker: organisation(access.consumer),
      print
    }
    const told = (yield* Ref.get(registered)).get(identifier)
    const body = organisation(identifier)
    if (body !== undefined) {
      return {
        infoRecord: entries.organisationInfo(body),
        serviceRecords: told ?? entries.organisationRecords(body, view)
      }
    }
    const citizen = population.citizens.find(({ personidentifikator }) => personidentifikator === identifier)
    if (citizen !== undefined) {
      return { infoRecord: entries.citizenInfo(citizen), serviceRecords: told ?? entries.citizenRecords(citizen, view) }
    }
    if (told !== undefined) return { infoRecord: { identifier, entityType: { name: "ORGL" } }, serviceRecords: told }
    return yield* new Refusal({ status: 404, description: `Entity with identifier '${identifier}' not found.` })
  })

  const identifierRoute = Effect.gen(function* () {
    const { identifier, print, process } = yield* questionOf
    const access = yield* accessTo(isCitizen(identifier) ? citizenScopes : anyScope)
    const entity: entries.WireEntity = yield* entityOf(identifier, access, print)
    const serviceRecords =
      process === undefined
        ? entity.serviceRecords
        : entity.serviceRecords.filter((record) => record["process"] === process)
    if (serviceRecords.length === 0 && process !== undefined) {
      return yield* new Refusal({ status: 404, description: `Process ${process} not found for receiver ${identifier}` })
    }
    if (serviceRecords.length === 0 && isCitizen(identifier)) {
      return HttpServerResponse.jsonUnsafe(
        { message: `No service record found for citizen: ${identifier}` },
        { status: 404 }
      )
    }
    return yield* answer(JSON.stringify({ ...entity, serviceRecords }), "application/json")
  })

  const infoRoute = Effect.gen(function* () {
    const { identifier } = yield* questionOf
    const access = yield* accessTo(isCitizen(identifier) ? citizenScopes : anyScope)
    const { infoRecord } = yield* entityOf(identifier, access, true)
    return yield* answer(JSON.stringify({ infoRecord, serviceRecords: [] }), "application/json")
  })

  const certificateRoute = Effect.gen(function* () {
    const { identifier } = yield* questionOf
    yield* accessTo(anyScope)
    const pem = (yield* Ref.get(certificates)).get(identifier)
    if (pem === undefined) {
      return yield* new Refusal({
        status: 404,
        code: "certificate_not_found",
        description: `Virksert lookup failed - no certificate for ${identifier}`
      })
    }
    return yield* answer(pem, "text/plain")
  })

  const keyRoute = Effect.gen(function* () {
    yield* accessTo(keyScopes)
    const key = yield* Ref.get(busKey)
    if (key === undefined) return HttpServerResponse.empty({ status: 404 })
    return (yield* accepted).includes("application/jose")
      ? yield* signed(key)
      : HttpServerResponse.empty({ status: 406 })
  })

  const jwkRoute = Effect.gen(function* () {
    const { identity, kid } = yield* Ref.get(signer)
    return HttpServerResponse.jsonUnsafe({ keys: [yield* jws.jwkOf(identity.publicKey, kid, identity.chain)] })
  })

  const refusing = <E, R>(handler: Effect.Effect<HttpServerResponse.HttpServerResponse, E | Refusal, R>) =>
    around(
      Effect.catchIf(
        handler,
        (error): error is Refusal => error instanceof Refusal,
        ({ code, description, status }) =>
          Effect.succeed(
            HttpServerResponse.jsonUnsafe({ error_code: code ?? "", error_description: description }, { status })
          )
      )
    )

  const routes = [
    HttpRouter.route("GET", `${prefix}/identifier/:identifier`, refusing(identifierRoute)),
    HttpRouter.route("GET", `${prefix}/identifier/:identifier/process/:process`, refusing(identifierRoute)),
    HttpRouter.route("GET", `${prefix}/info/:identifier`, refusing(infoRoute)),
    HttpRouter.route("GET", `${prefix}/virksert/:identifier`, refusing(certificateRoute)),
    HttpRouter.route("GET", `${prefix}/sastoken`, refusing(keyRoute)),
    HttpRouter.route("GET", `${prefix}/jwk`, jwkRoute)
  ]
  const service = ServiceRegistry.of({
    endpoint: `${baseUrl}${prefix}`,
    jwkUrl: `${baseUrl}${prefix}/jwk`,
    register: (identifier, records) => Ref.update(registered, (all) => new Map([...all, [identifier, records]])),
    registerCertificate: (organisasjonsnummer, pem) =>
      Ref.update(certificates, (all) => new Map([...all, [organisasjonsnummer, pem]])),
    setServiceBusKey: (key) => Ref.set(busKey, key),
    rotateKey: (party) =>
      Effect.flatMap(pki.identity(party), (identity) =>
        Ref.set(signer, { identity, kid: `${serviceRegistry}-${party}` })
      ),
    faults
  })
  return { service, routes }
})

/** The service registry under `/adressetjeneste` of the listener. */
export const layer = (
  options: Options
): Layer.Layer<ServiceRegistry, never, Maskinporten | Pki | Listener | HttpRouter.HttpRouter> =>
  Layer.effect(
    ServiceRegistry,
    Effect.gen(function* () {
      const { routes, service } = yield* make(options)
      const router = yield* HttpRouter.HttpRouter
      yield* router.addAll(routes)
      return service
    })
  )
