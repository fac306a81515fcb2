/**
 * What every {@link RecipientLookup} is held to, run by the test of each adapter.
 */
import { assert, layer } from "@effect/vitest"
import { Effect, type Layer } from "effect"
import { TestClock } from "effect/testing"
import { RecipientLookup, type RecipientQuery } from "./RecipientLookup.ts"
import { type RegistryGuarantees, RegistryPeer } from "./RegistryPeer.ts"
import type { ServiceRecord } from "./ServiceRecord.ts"

const info = "urn:no:difi:profile:digitalpost:info:ver1.0"
const vedtak = "urn:no:difi:profile:digitalpost:vedtak:ver1.0"

const pem = "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUQ2VydGlmaWNhdGUgZm9yIHRlc3Rz\n-----END CERTIFICATE-----\n"

const record = (identifier: string, process: string, extra: Partial<ServiceRecord> = {}): ServiceRecord => ({
  organisationNumber: identifier,
  pemCertificate: pem,
  process,
  documentTypes: ["urn:no:difi:digitalpost:xsd:digital::digital", "urn:no:difi:digitalpost:xsd:fysisk::print"],
  service: { identifier: "DPI", endpointUrl: "", securityLevel: 3 },
  orgnrPostkasse: "984661185",
  postkasseAdresse: "kari.eksempel#1ABC",
  mobilnummer: "+4799999999",
  epostAdresse: "kari@example.org",
  kanVarsles: true,
  fysiskPost: false,
  spraak: "nb",
  ...extra
})

const innsynskrav = (identifier: string): ServiceRecord => ({
  ...record(identifier, "urn:no:difi:profile:einnsyn:innsynskrav:ver1.0"),
  documentTypes: ["urn:no:difi:einnsyn:xsd::innsynskrav"],
  service: { identifier: "DPE", endpointUrl: "innsyn", securityLevel: null },
  orgnrPostkasse: null,
  postkasseAdresse: null,
  mobilnummer: null,
  epostAdresse: null,
  kanVarsles: false,
  spraak: null
})

/** Runs the contract of {@link RecipientLookup}. Time is the test clock. */
export const suite = <E>(
  name: string,
  lookups: Layer.Layer<RecipientLookup | RegistryPeer, E>,
  guarantees: RegistryGuarantees
): void =>
  layer(lookups)(`RecipientLookup (${name})`, (it) => {
    const reasonOf = (query: RecipientQuery) =>
      Effect.flatMap(RecipientLookup, (recipients) => recipients.lookup(query)).pipe(
        Effect.flip,
        Effect.map((error) => error.reason)
      )

    it.effect("gives every record of a recipient, member for member and in the registry's order", () =>
      Effect.gen(function* () {
        const records = [
          record("01018000001", vedtak),
          record("01018000001", info, { spraak: null, mobilnummer: null })
        ]
        yield* (yield* RegistryPeer).register("01018000001", records)
        assert.deepStrictEqual(yield* (yield* RecipientLookup).lookup({ identifier: "01018000001" }), records)
      })
    )

    it.effect("gives only the records of the process asked about", () =>
      Effect.gen(function* () {
        const records = [record("01018000002", vedtak), record("01018000002", info)]
        yield* (yield* RegistryPeer).register("01018000002", records)
        const found = yield* (yield* RecipientLookup).lookup({ identifier: "01018000002", process: info })
        assert.deepStrictEqual(found, records.slice(1))
      })
    )

    it.effect("tells an address that is none from an address nothing is said about (API-4)", () =>
      Effect.gen(function* () {
        const address = {
          name: "KARI",
          street: "Storgata 1;",
          postalCode: "0155",
          postalArea: "OSLO",
          country: "Norge"
        }
        const records = [
          record("01018000003", vedtak, { postAddress: null, returnAddress: address }),
          record("01018000003", info)
        ]
        yield* (yield* RegistryPeer).register("01018000003", records)
        const found = yield* (yield* RecipientLookup).lookup({ identifier: "01018000003" })
        assert.deepStrictEqual(found[0]?.postAddress, null)
        assert.deepStrictEqual(found[0]?.returnAddress, address)
        assert.isFalse("postAddress" in (found[1] ?? {}))
      })
    )

    it.effect("lists the processes of an organisation with DPE records, with the suffix of its queue (DPE-71)", () =>
      Effect.gen(function* () {
        const records = [innsynskrav("910076781")]
        yield* (yield* RegistryPeer).register("910076781", records)
        assert.deepStrictEqual(yield* (yield* RecipientLookup).lookup({ identifier: "910076781" }), records)
      })
    )

    it.effect("fails with NotFound, naming every parameter, for a recipient nobody knows", () =>
      Effect.gen(function* () {
        const reason = yield* reasonOf({ identifier: "404040404", conversationId: "9c1b" })
        assert.strictEqual(reason._tag, "NotFound")
        assert.strictEqual(
          reason.detail,
          "Service record not found for parameters: SRParameter(identifier=404040404, process=null, " +
            "securityLevel=null, print=null, infoOnly=false, conversationId=9c1b)"
        )
      })
    )

    it.effect("fails with NotFound for a process the recipient does not have", () =>
      Effect.gen(function* () {
        yield* (yield* RegistryPeer).register("01018000004", [record("01018000004", info)])
        assert.strictEqual((yield* reasonOf({ identifier: "01018000004", process: vedtak }))._tag, "NotFound")
      })
    )

    it.effect("fails with RegistryUnavailable while the registry is away, and answers once it is back", () =>
      Effect.gen(function* () {
        const peer = yield* RegistryPeer
        yield* peer.register("01018000005", [record("01018000005", info)])
        yield* peer.setAvailable(false)
        const reason = yield* reasonOf({ identifier: "01018000005" }).pipe(Effect.ensuring(peer.setAvailable(true)))
        assert.strictEqual(reason._tag, "RegistryUnavailable")
        assert.strictEqual((yield* (yield* RecipientLookup).lookup({ identifier: "01018000005" })).length, 1)
      })
    )

    it.effect("knows a recipient that was registered after it was not found", () =>
      Effect.gen(function* () {
        yield* reasonOf({ identifier: "01018000006" })
        yield* (yield* RegistryPeer).register("01018000006", [record("01018000006", info)])
        assert.strictEqual((yield* (yield* RecipientLookup).lookup({ identifier: "01018000006" })).length, 1)
      })
    )

    it.effect("gives an answer that is at most five minutes old", () =>
      Effect.gen(function* () {
        const peer = yield* RegistryPeer
        const recipients = yield* RecipientLookup
        yield* peer.register("01018000007", [record("01018000007", info)])
        yield* recipients.lookup({ identifier: "01018000007" })
        yield* peer.register("01018000007", [record("01018000007", info, { postkasseAdresse: "moved" })])
        yield* TestClock.adjust("5 minutes")
        const [found] = yield* recipients.lookup({ identifier: "01018000007" })
        assert.strictEqual(found?.postkasseAdresse, "moved")
      })
    )

    if (guarantees.keepsAnswers) {
      it.effect(
        "asks once for two lookups within five minutes that differ only in conversationId (DPI-103, DPE-72)",
        () =>
          Effect.gen(function* () {
            const peer = yield* RegistryPeer
            const recipients = yield* RecipientLookup
            yield* peer.register("01018000008", [record("01018000008", info)])
            const before = yield* peer.questions
            yield* recipients.lookup({ identifier: "01018000008", process: info, conversationId: "a" })
            yield* TestClock.adjust("299 seconds")
            yield* recipients.lookup({ identifier: "01018000008", process: info, conversationId: "b" })
            assert.strictEqual((yield* peer.questions) - before, 1)
          })
      )

      it.effect("keeps answers for another process or security level apart", () =>
        Effect.gen(function* () {
          const peer = yield* RegistryPeer
          const recipients = yield* RecipientLookup
          yield* peer.register("01018000009", [record("01018000009", info), record("01018000009", vedtak)])
          const before = yield* peer.questions
          yield* recipients.lookup({ identifier: "01018000009", process: info })
          yield* recipients.lookup({ identifier: "01018000009", process: vedtak })
          yield* recipients.lookup({ identifier: "01018000009", process: vedtak, securityLevel: 4 })
          yield* recipients.lookup({ identifier: "01018000009" })
          assert.strictEqual((yield* peer.questions) - before, 4)
        })
      )
    }
  })
