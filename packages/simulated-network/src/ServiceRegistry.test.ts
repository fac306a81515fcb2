import { assert, describe, layer } from "@effect/vitest"
import { Clock, Effect, Layer } from "effect"
import { FetchHttpClient, HttpClient, HttpClientRequest } from "effect/http"
import { createLocalJWKSet, compactVerify, decodeProtectedHeader, type JSONWebKeySet, SignJWT } from "jose"
import { randomUUID } from "node:crypto"
import * as Authorities from "./Authorities.ts"
import { Fault } from "./Faults.ts"
import { Krr } from "./Krr.ts"
import { Maskinporten } from "./Maskinporten.ts"
import * as Pki from "./pki/Pki.ts"
import { partiesOf, sandbox, type Citizen, type Population } from "./Population.ts"
import { ServiceRegistry } from "./ServiceRegistry.ts"

const kommune = "910076787"
const info = "urn:no:difi:profile:digitalpost:info:ver1.0"
const vedtak = "urn:no:difi:profile:digitalpost:vedtak:ver1.0"

const citizen = (personidentifikator: string, extra: Partial<Citizen>): Citizen => ({
  personidentifikator,
  name: "TEST",
  reserved: false,
  notifiable: true,
  address: { street: "Storgata 1", postalCode: "0155", postalArea: "OSLO", country: "Norge" },
  ...extra
})
const mailbox = { supplier: "984661185", address: "test#0001" }

const population: Population = {
  ...sandbox,
  citizens: [
    ...sandbox.citizens,
    citizen("01018000001", { reserved: true }),
    citizen("01018000002", { notifiable: false }),
    citizen("01018000003", { mailbox }),
    citizen("01018000004", {}),
    citizen("01018000005", { reserved: true, mailbox }),
    citizen("01018000006", { mailbox: { ...mailbox, printsToo: true } }),
    { ...citizen("01018000007", { reserved: true }), address: undefined }
  ]
}

const tokenFor = Effect.fnUntraced(function* (scope: string) {
  const { grant, issuer } = yield* Maskinporten
  const identity = yield* (yield* Pki.Pki).identity(kommune)
  const now = Math.floor((yield* Clock.currentTimeMillis) / 1000)
  const claims = { aud: issuer, iss: `MOVE_IP_${kommune}`, scope, jti: randomUUID(), iat: now, exp: now + 120 }
  const header = { alg: "RS256", x5c: [Buffer.from(identity.chain[0]).toString("base64")] }
  const assertion = yield* Effect.promise(() =>
    new SignJWT(claims).setProtectedHeader(header).sign(identity.privateKey)
  )
  return (yield* grant(assertion)).token
})

interface Asking {
  /** Null sends no token. */
  readonly scope?: string | null
  readonly accept?: string
}

const ask = Effect.fnUntraced(function* (
  path: string,
  { accept = "application/json", scope = "eformidling:dpi" }: Asking = {}
) {
  const { endpoint } = yield* ServiceRegistry
  const request = HttpClientRequest.get(`${endpoint}${path}`, { headers: { accept } })
  const response = yield* HttpClient.execute(
    scope === null ? request : HttpClientRequest.bearerToken(request, yield* tokenFor(scope))
  )
  return { status: response.status, type: response.headers["content-type"] ?? "", text: yield* response.text }
})

interface Entity {
  readonly infoRecord: Readonly<Record<string, unknown>>
  readonly serviceRecords: ReadonlyArray<{
    readonly documentTypes: ReadonlyArray<string>
    readonly service: { readonly identifier: string }
  }>
}

const channels = Effect.fnUntraced(function* (identifier: string, process: string, query = "") {
  const { status, text } = yield* ask(`/identifier/${identifier}/process/${process}${query}`)
  if (status !== 200) return String(status)
  const { serviceRecords } = JSON.parse(text) as Entity
  return serviceRecords
    .map(
      ({ documentTypes, service }) =>
        `${service.identifier} ${documentTypes.map((type) => type.split("::")[1]).join("+")}`
    )
    .join(", ")
})

const network = Authorities.layer({ population, serviceBusKey: "c2VjcmV0" }).pipe(
  Layer.provideMerge(Pki.layer(partiesOf(population))),
  Layer.provideMerge(FetchHttpClient.layer)
)

layer(network)("ServiceRegistry", (it) => {
  describe("routes a citizen's letters by process and what KRR knows:", () => {
    for (const [who, identifier, process, expected] of [
      ["reserved, vedtak", "01018000001", vedtak, "DPI print"],
      ["not notifiable, vedtak", "01018000002", vedtak, "DPI print"],
      ["notifiable with a mailbox, vedtak", "01018000003", vedtak, "DPI digital"],
      ["notifiable without a mailbox, vedtak", "01018000004", vedtak, "DPI print, DPV digital_dpv"],
      ["reserved with a mailbox, vedtak", "01018000005", vedtak, "DPI print"],
      ["reserved with a mailbox, info", "01018000005", info, "DPI digital"],
      ["reserved without a mailbox, info", "01018000001", info, "DPI print, DPV digital_dpv"],
      ["one record for both, info", "01018000006", info, "DPI digital+print"],
      ["reserved without an address, vedtak", "01018000007", vedtak, "404"],
      ["another process", "01018000003", "urn:no:difi:profile:arkivmelding:administrasjon:ver1.0", "404"]
    ] as const) {
      it.effect(who, () => Effect.map(channels(identifier, process), (found) => assert.strictEqual(found, expected)))
    }

    it.effect("without print records when they are not wanted", () =>
      Effect.gen(function* () {
        assert.strictEqual(yield* channels("01018000004", info, "?print=false"), "DPV digital_dpv")
        assert.strictEqual(yield* channels("01018000001", vedtak, "?print=false"), "404")
      })
    )
  })

  describe("lets in only", () => {
    it.effect("those with a token", () =>
      Effect.gen(function* () {
        for (const path of [`/identifier/${kommune}`, `/info/${kommune}`, `/virksert/${kommune}`, "/sastoken"]) {
          const { status, text } = yield* ask(path, { scope: null, accept: "application/jose" })
          assert.strictEqual(status, 401)
          assert.isString((JSON.parse(text) as { error_description: string }).error_description)
        }
      })
    )

    it.effect("those whose token has the scope of the question", () =>
      Effect.gen(function* () {
        const statusOf = (path: string, scope: string) =>
          Effect.map(ask(path, { scope, accept: "application/jose" }), ({ status }) => status)
        assert.strictEqual(yield* statusOf("/identifier/01018000003", "eformidling:dpe"), 401)
        assert.strictEqual(yield* statusOf("/identifier/01018000003", "eformidling:dpi"), 200)
        assert.strictEqual(yield* statusOf("/sastoken", "eformidling:dpi"), 401)
        assert.strictEqual(yield* statusOf("/sastoken", "eformidling:dpe"), 200)
        assert.strictEqual(yield* statusOf(`/identifier/${kommune}`, "digitalpostinnbygger:send"), 401)
      })
    )
  })

  describe("answers", () => {
    const jose = "application/jose, application/json"

    it.effect("signed when asked to, and verifiable with its JWK set", () =>
      Effect.gen(function* () {
        const { jwkUrl } = yield* ServiceRegistry
        const { text, type } = yield* ask(`/identifier/${kommune}`, { accept: jose })
        assert.match(type, /^application\/jose/)
        const keys = JSON.parse(yield* Effect.flatMap(HttpClient.get(jwkUrl), ({ text }) => text)) as JSONWebKeySet
        const { payload } = yield* Effect.promise(() => compactVerify(text, createLocalJWKSet(keys)))
        const { infoRecord, serviceRecords } = JSON.parse(Buffer.from(payload).toString()) as Entity
        assert.deepInclude(infoRecord, { identifier: kommune, entityType: { name: "KOMM" } })
        assert.deepStrictEqual(
          serviceRecords.map(({ documentTypes }) => documentTypes.length),
          [1, 3]
        )
        const { kid, x5c } = decodeProtectedHeader(text)
        assert.strictEqual(kid, keys.keys[0]?.kid)
        assert.lengthOf(x5c ?? [], 2)
      })
    )

    it.effect("plainly otherwise, and never signs a refusal", () =>
      Effect.gen(function* () {
        assert.match((yield* ask(`/identifier/${kommune}`)).type, /^application\/json/)
        assert.match((yield* ask(`/virksert/${kommune}`, { accept: "*/*" })).text, /^-----BEGIN CERTIFICATE-----\n/)
        const refused = yield* ask("/identifier/404040404", { accept: jose })
        assert.strictEqual(refused.status, 404)
        assert.deepStrictEqual(JSON.parse(refused.text), {
          error_code: "",
          error_description: "Entity with identifier '404040404' not found."
        })
      })
    )

    it.effect("about the Service Bus key only signed, and 404 without a body while it has none", () =>
      Effect.gen(function* () {
        const { setServiceBusKey } = yield* ServiceRegistry
        const scope = "eformidling:dpe"
        assert.strictEqual((yield* ask("/sastoken", { scope })).status, 406)
        const { text } = yield* ask("/sastoken", { scope, accept: "application/jose" })
        assert.strictEqual(Buffer.from(text.split(".")[1] ?? "", "base64url").toString(), "c2VjcmV0")
        yield* setServiceBusKey(undefined)
        const none = yield* ask("/sastoken", { scope, accept: "application/jose" })
        assert.deepStrictEqual([none.status, none.text], [404, ""])
      })
    )

    it.effect("an identifier with its prefix, and refuses parameters that no longer are", () =>
      Effect.gen(function* () {
        assert.strictEqual((yield* ask(`/identifier/0192:${kommune}`)).status, 200)
        for (const query of ["notification=x", "forcePrint=true", "print=maybe", "securityLevel=9"]) {
          assert.strictEqual((yield* ask(`/identifier/01018000003?${query}`)).status, 400)
        }
      })
    )

    it.effect("404 in its several forms", () =>
      Effect.gen(function* () {
        yield* (yield* ServiceRegistry).register("01018000007", [])
        const citizen = yield* ask("/identifier/01018000007")
        assert.strictEqual(citizen.status, 404)
        assert.deepStrictEqual(JSON.parse(citizen.text), {
          message: "No service record found for citizen: 01018000007"
        })
        const certificate = yield* ask("/virksert/123456789")
        assert.strictEqual(certificate.status, 404)
        assert.include(certificate.text, "certificate_not_found")
        const process = yield* ask(`/identifier/${kommune}/process/${info}`)
        assert.strictEqual(process.status, 404)
        assert.include(process.text, `Process ${info} not found for receiver ${kommune}`)
      })
    )
  })

  it.effect("cuts the connection when it is down, and answers again", () =>
    Effect.gen(function* () {
      const { faults } = yield* ServiceRegistry
      yield* faults.set(Fault.Down())
      yield* Effect.flip(ask(`/identifier/${kommune}`)).pipe(Effect.ensuring(faults.clear))
      assert.strictEqual((yield* ask(`/identifier/${kommune}`)).status, 200)
    })
  )
})

layer(network)("Krr", (it) => {
  it.effect("tells anybody which print house prints letters", () =>
    Effect.gen(function* () {
      const { printUrl } = yield* Krr
      const { certificatePem } = yield* (yield* Pki.Pki).identity("974761076")
      const response = yield* HttpClient.get(printUrl)
      assert.deepStrictEqual(yield* response.json, {
        postkasseleverandoerAdresse: "974761076",
        x509Sertifikat: certificatePem
      })
    })
  )
})
