import { CertificateLookup } from "@eformidling/port-registry/CertificateLookup"
import { RecipientLookup, type RecipientQuery } from "@eformidling/port-registry/RecipientLookup"
import { ServiceBusKeyLookup } from "@eformidling/port-registry/ServiceBusKeyLookup"
import { Fault } from "@eformidling/simulated-network/Faults"
import { Maskinporten } from "@eformidling/simulated-network/Maskinporten"
import { ServiceRegistry } from "@eformidling/simulated-network/ServiceRegistry"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Fiber, Layer } from "effect"
import { TestClock } from "effect/testing"
import * as network from "./internal/network.testing.ts"
import type { ServiceRegistrySettings } from "./RegistryClient.ts"

const info = "urn:no:difi:profile:digitalpost:info:ver1.0"
const kari = "06068700602"

/** A lookup by adapters of its own, which have kept nothing. */
const look = (query: RecipientQuery, settings?: Partial<ServiceRegistrySettings>) =>
  Effect.flatMap(RecipientLookup, (recipients) => recipients.lookup(query)).pipe(
    Effect.provide(Layer.fresh(network.registry(settings)))
  )

const reasonOf = (query: RecipientQuery, settings?: Partial<ServiceRegistrySettings>) =>
  look(query, settings).pipe(
    Effect.flip,
    Effect.map(({ reason }) => reason)
  )

const lastRequest = Effect.flatMap(ServiceRegistry, ({ faults }) => faults.requests).pipe(
  Effect.flatMap((requests) => Effect.fromNullishOr(requests.at(-1)))
)

const underFault = <A, E, R>(fault: Fault, effect: Effect.Effect<A, E, R>) =>
  Effect.flatMap(ServiceRegistry, ({ faults }) =>
    faults.set(fault).pipe(Effect.andThen(effect), Effect.ensuring(faults.clear))
  )

layer(network.authorities())("ServiceRegistryLookup", (it) => {
  describe("the question", () => {
    it.effect("names process, security level and conversation in this order (DPI-100)", () =>
      Effect.gen(function* () {
        yield* look({ identifier: kari, process: info, securityLevel: 3, conversationId: "c-1" })
        assert.strictEqual(
          (yield* lastRequest).url,
          `/adressetjeneste/identifier/${kari}/process/${info}?securityLevel=3&conversationId=c-1`
        )
      })
    )

    it.effect("leaves out what is not asked about (DPI-101)", () =>
      Effect.gen(function* () {
        yield* look({ identifier: kari, process: info, conversationId: "c-1" })
        assert.strictEqual(
          (yield* lastRequest).url,
          `/adressetjeneste/identifier/${kari}/process/${info}?conversationId=c-1`
        )
        yield* look({ identifier: kari })
        assert.strictEqual((yield* lastRequest).url, `/adressetjeneste/identifier/${kari}`)
      })
    )

    it.effect("ends with print=false when print records are not wanted (DPI-102)", () =>
      Effect.gen(function* () {
        yield* look({ identifier: kari, process: info, securityLevel: 4, conversationId: "c" }, { printRecords: false })
        assert.match((yield* lastRequest).url, /\?securityLevel=4&conversationId=c&print=false$/)
      })
    )

    it.effect("takes a prefixed identifier as it stands", () =>
      Effect.gen(function* () {
        assert.isNotEmpty(yield* look({ identifier: "0192:910076787" }))
        assert.strictEqual((yield* lastRequest).url, "/adressetjeneste/identifier/0192:910076787")
      })
    )

    it.effect("carries X-Enable-Beta-Features when beta features are on, and only then (DPI-104)", () =>
      Effect.gen(function* () {
        yield* look({ identifier: kari }, { betaFeatures: true })
        assert.strictEqual((yield* lastRequest).headers["x-enable-beta-features"], "true")
        yield* look({ identifier: kari })
        assert.strictEqual((yield* lastRequest).headers["x-enable-beta-features"], undefined)
      })
    )

    it.effect("carries no token when Maskinporten is off", () =>
      Effect.gen(function* () {
        const reason = yield* reasonOf({ identifier: kari }, { scopes: undefined })
        assert.strictEqual((yield* lastRequest).headers["authorization"], undefined)
        assert.strictEqual(reason._tag, "Refused")
      })
    )

    it.effect("is not put while Maskinporten refuses the token, and says why", () =>
      Effect.gen(function* () {
        const { faults } = yield* ServiceRegistry
        const before = (yield* faults.requests).length
        const reason = yield* reasonOf({ identifier: kari }, { scopes: ["eformidling:dpo"] })
        assert.strictEqual(reason._tag, "RegistryUnavailable")
        assert.include(reason.detail, `scope "eformidling:dpo" is not granted to client "MOVE_IP_991825827"`)
        assert.strictEqual((yield* faults.requests).length, before)
      })
    )

    it.effect("puts neither the identifier nor trace ids where others see them", () =>
      Effect.gen(function* () {
        yield* look({ identifier: kari }).pipe(Effect.withSpan("caller"))
        const { headers } = yield* lastRequest
        assert.isUndefined(headers["traceparent"])
        assert.isUndefined(headers["b3"])
      })
    )
  })

  describe("a signed answer", () => {
    it.effect("is asked for, and used once it is verified (DPI-105)", () =>
      Effect.gen(function* () {
        const [record] = yield* look({ identifier: kari, process: info })
        assert.strictEqual((yield* lastRequest).headers["accept"], "application/jose, application/json")
        assert.strictEqual(record?.orgnrPostkasse, "984661185")
        assert.strictEqual(record?.postkasseAdresse, "kari.sandkasse#1ABC")
      })
    )

    it.effect("with a signature that does not fit is not used (DPI-105)", () =>
      Effect.gen(function* () {
        const reason = yield* underFault(Fault.BadSignature(), reasonOf({ identifier: kari }))
        assert.strictEqual(reason._tag, "BadSignature")
        assert.strictEqual(reason.detail, "Bad signature in response from service registry")
      })
    )

    it.effect("is not replaced by an unsigned one", () =>
      Effect.gen(function* () {
        const plain = Fault.Answers({ status: 200, body: JSON.stringify({ serviceRecords: [] }) })
        assert.strictEqual((yield* underFault(plain, reasonOf({ identifier: kari })))._tag, "BadSignature")
      })
    )

    it.effect("is verified with new keys after the registry has changed them", () =>
      Effect.gen(function* () {
        const registry = yield* ServiceRegistry
        const recipients = yield* RecipientLookup
        yield* recipients.lookup({ identifier: kari })
        yield* registry.rotateKey("910076787")
        assert.isNotEmpty(yield* recipients.lookup({ identifier: "07126700169" }))
        yield* registry.rotateKey("service-registry")
        assert.isNotEmpty(yield* recipients.lookup({ identifier: "04817197073" }))
      }).pipe(Effect.provide(Layer.fresh(network.registry())))
    )

    it.effect("cannot be judged while the keys are away, which may pass", () =>
      Effect.gen(function* () {
        const { endpoint } = yield* ServiceRegistry
        const reason = yield* reasonOf({ identifier: kari }, { jwkUrl: `${endpoint}/nowhere` })
        assert.strictEqual(reason._tag, "RegistryUnavailable")
        assert.include(reason.detail, "404 Not Found")
      })
    )

    it.effect("is not asked for when signatures are off", () =>
      Effect.gen(function* () {
        assert.isNotEmpty(yield* look({ identifier: kari }, { signedAnswers: false }))
        assert.notInclude((yield* lastRequest).headers["accept"] ?? "", "jose")
      })
    )
  })

  describe("an answer", () => {
    const unsigned = { signedAnswers: false }
    const answering = (body: string, status = 200) => Fault.Answers({ status, body })
    const recordWith = (extra: object) =>
      JSON.stringify({ serviceRecords: [{ process: info, documentTypes: ["a::digital"], ...extra }] })

    it.effect("with a service nobody knows, members nobody knows and none of the usual is read (DPI-106)", () =>
      Effect.gen(function* () {
        const body = recordWith({ service: { identifier: "DPX", resource: 1 }, somethingNew: { a: [] } })
        const records = yield* underFault(answering(body), look({ identifier: kari }, unsigned))
        assert.deepStrictEqual(records, [
          {
            organisationNumber: "",
            pemCertificate: "",
            process: info,
            documentTypes: ["a::digital"],
            service: { identifier: "UNKNOWN", endpointUrl: "", securityLevel: null },
            orgnrPostkasse: null,
            postkasseAdresse: null,
            mobilnummer: null,
            epostAdresse: null,
            kanVarsles: false,
            fysiskPost: false,
            spraak: null
          }
        ])
      })
    )

    it.effect("gives a bare certificate its header and footer lines (DPI-54)", () =>
      Effect.gen(function* () {
        const body = recordWith({ pemCertificate: "A".repeat(70) })
        const [record] = yield* underFault(answering(body), look({ identifier: kari }, unsigned))
        assert.strictEqual(
          record?.pemCertificate,
          `-----BEGIN CERTIFICATE-----\n${"A".repeat(64)}\n${"A".repeat(6)}\n-----END CERTIFICATE-----\n`
        )
      })
    )

    it.effect("that cannot be read is told with its content", () =>
      Effect.gen(function* () {
        for (const body of ["<html>", "[]", `{"serviceRecords":[{}]}`, `{"serviceRecords":3}`]) {
          const reason = yield* underFault(answering(body), reasonOf({ identifier: kari }, unsigned))
          assert.strictEqual(reason._tag, "Unreadable")
          assert.strictEqual(
            reason.detail,
            `Parsing response as a IdentifierResource JSON object failed. Content is: ${body}`
          )
        }
      })
    )

    it.effect("of 404 is NotFound, with every parameter (API-5)", () =>
      Effect.gen(function* () {
        const query = { identifier: "987654321", process: info, securityLevel: 4, conversationId: "c-2" }
        const reason = yield* reasonOf(query, { printRecords: false })
        assert.strictEqual(reason._tag, "NotFound")
        assert.strictEqual(
          reason.detail,
          "Service record not found for parameters: SRParameter(identifier=987654321, " +
            `process=${info}, securityLevel=4, print=false, infoOnly=false, conversationId=c-2)`
        )
      })
    )

    it.effect("of 400, 401 or 403 with a description is a refusal that repeats it (DPI-108 in part)", () =>
      Effect.gen(function* () {
        const parameters =
          "SRParameter(identifier=987654321, process=null, securityLevel=null, print=null, infoOnly=false, conversationId=null)"
        for (const [status, spelled] of [
          [400, "400 BAD_REQUEST (Bad Request)"],
          [401, "401 UNAUTHORIZED (Unauthorized)"],
          [403, "403 FORBIDDEN (Forbidden)"]
        ] as const) {
          const body = `{"error_code":"","error_description":"security level not found"}`
          const reason = yield* underFault(answering(body, status), reasonOf({ identifier: "987654321" }))
          assert.strictEqual(reason._tag, "Refused")
          assert.strictEqual(
            reason.detail,
            `Caught exception when looking up service record with parameter ${parameters}, http status ${spelled}: security level not found`
          )
        }
        const reason = yield* underFault(answering("no", 409), reasonOf({ identifier: "987654321" }))
        assert.strictEqual(
          reason.detail,
          `Caught exception when looking up service record with parameter ${parameters}, http status: 409 (Conflict)`
        )
      })
    )

    it.effect("of 500 and above is RegistryUnavailable (API-6)", () =>
      Effect.gen(function* () {
        const reason = yield* underFault(answering("", 502), reasonOf({ identifier: kari }))
        assert.strictEqual(reason._tag, "RegistryUnavailable")
        assert.strictEqual(reason.detail, "The service registry answered 502 Bad Gateway")
      })
    )

    it.effect("that does not come is given up when the time is up", () =>
      Effect.gen(function* () {
        const { faults } = yield* ServiceRegistry
        yield* faults.set(Fault.Slow({ delay: "1 hour" }))
        const before = (yield* faults.requests).length
        const asking = yield* Effect.forkChild(reasonOf({ identifier: kari }))
        yield* faults.requests.pipe(
          Effect.delay(0),
          Effect.repeat({ until: (requests) => requests.length > before }),
          TestClock.withLive
        )
        yield* TestClock.adjust("35 seconds")
        const reason = yield* Fiber.join(asking).pipe(Effect.ensuring(faults.clear))
        assert.strictEqual(reason._tag, "RegistryUnavailable")
      })
    )

    it.effect("leaves no personidentifikator in the message of its error", () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(look({ identifier: "01018000002" }))
        assert.include(error.reason.detail, "01018000002")
        assert.notInclude(error.message, "01018000002")
      })
    )
  })

  describe("the seeded population", () => {
    it.effect("lists the municipality's and eInnsyn's processes over DPE (DPE-71)", () =>
      Effect.gen(function* () {
        const summary = Effect.fnUntraced(function* (identifier: string) {
          const records = yield* look({ identifier })
          return records.map(({ process, service }) => [service.identifier, process.split(":")[5], service.endpointUrl])
        })
        assert.deepStrictEqual(yield* summary("910076787"), [
          ["DPE", "innsynskrav", "innsyn"],
          ["DPE", "response", ""]
        ])
        assert.deepStrictEqual(yield* summary("991825827"), [
          ["DPE", "journalpost", "data"],
          ["DPE", "response", ""]
        ])
      })
    )

    it.effect("reaches a citizen without a mailbox by print, with the asker's address for returns", () =>
      Effect.gen(function* () {
        const records = yield* look({ identifier: "04817197073", process: info })
        assert.deepStrictEqual(
          records.map(({ service }) => service.identifier),
          ["DPI", "DPV"]
        )
        const [print] = records
        assert.strictEqual(print?.orgnrPostkasse, "974761076")
        assert.isTrue(print?.fysiskPost)
        assert.strictEqual(print?.postAddress?.street, "C/O Bar;Storgata 3")
        assert.strictEqual(print?.returnAddress?.name, "eInnsyn (simulert)")
        const without = yield* look({ identifier: "04817197073", process: info }, { printRecords: false })
        assert.deepStrictEqual(
          without.map(({ service }) => service.identifier),
          ["DPV"]
        )
      })
    )
  })

  describe("certificates and the Service Bus key", () => {
    it.effect("a certificate that is not registered is told in the registry's words", () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip((yield* CertificateLookup).certificateOf("123456789"))
        assert.strictEqual(error.reason.detail, "Virksert lookup failed - no certificate for 123456789")
      }).pipe(Effect.provide(Layer.fresh(network.registry())))
    )

    it.effect("something else than a certificate is not taken for one", () =>
      Effect.gen(function* () {
        const asking = Effect.flatMap(CertificateLookup, (lookup) => lookup.certificateOf("910076787"))
        const error = yield* underFault(Fault.Answers({ status: 200, body: "<html>" }), Effect.flip(asking))
        assert.strictEqual(error.reason._tag, "Unreadable")
      }).pipe(Effect.provide(Layer.fresh(network.registry({ signedAnswers: false }))))
    )

    it.effect("the key is asked for signed, whatever the setting, and verified", () =>
      Effect.gen(function* () {
        const keys = yield* ServiceBusKeyLookup
        const error = yield* underFault(Fault.BadSignature(), Effect.flip(keys.key))
        assert.strictEqual(error.reason._tag, "BadSignature")
        assert.strictEqual((yield* lastRequest).headers["accept"], "application/jose")
        yield* keys.key
      }).pipe(Effect.provide(Layer.fresh(network.registry({ signedAnswers: false }))))
    )

    it.effect("a registry without a key says NotFound, whatever key was seen before", () =>
      Effect.gen(function* () {
        const { setServiceBusKey } = yield* ServiceRegistry
        const keys = yield* ServiceBusKeyLookup
        yield* keys.key
        yield* keys.forget
        yield* setServiceBusKey(undefined)
        const error = yield* Effect.flip(keys.key).pipe(Effect.ensuring(setServiceBusKey("bus key")))
        assert.strictEqual(error.reason._tag, "NotFound")
      }).pipe(Effect.provide(Layer.fresh(network.registry())))
    )

    it.effect("one token serves all the questions", () =>
      Effect.gen(function* () {
        const { granted } = yield* Maskinporten
        const before = (yield* granted).length
        yield* (yield* ServiceBusKeyLookup).key
        yield* (yield* CertificateLookup).certificateOf("910076787")
        yield* (yield* RecipientLookup).lookup({ identifier: kari })
        assert.strictEqual((yield* granted).length - before, 1)
      }).pipe(Effect.provide(Layer.fresh(network.registry())))
    )
  })
})
