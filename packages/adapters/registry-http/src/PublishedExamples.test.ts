import { RecipientLookup } from "@eformidling/port-registry/RecipientLookup"
import { Fault } from "@eformidling/simulated-network/Faults"
import { ServiceRegistry } from "@eformidling/simulated-network/ServiceRegistry"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { existsSync, readFileSync } from "node:fs"
import * as network from "./internal/network.testing.ts"

layer(network.authorities())("HttpRecipientLookup", (it) => {
  const examples = new URL("../../../../../shared/data/examples/api/", import.meta.url)
  const present = existsSync(examples)
  describe(`the published examples${present ? "" : " (skipped: ../shared/data is absent)"}`, () => {
    const records = Effect.fnUntraced(function* (file: string) {
      const { faults } = yield* ServiceRegistry
      yield* faults.set(Fault.Answers({ status: 200, body: readFileSync(new URL(file, examples), "utf8") }))
      return yield* Effect.flatMap(RecipientLookup, (recipients) =>
        recipients.lookup({ identifier: "910077473" })
      ).pipe(Effect.provide(Layer.fresh(network.registry({ signedAnswers: false }))), Effect.ensuring(faults.clear))
    })

    it.effect.skipIf(!present)("give an organisation's records for the einnsyn response (API-1 in part)", () =>
      Effect.gen(function* () {
        const [record] = yield* records("sr-mock-910077473-einnsyn_response.json")
        assert.strictEqual(record?.service.identifier, "DPE")
        assert.deepStrictEqual(record?.documentTypes, [
          "urn:no:difi:einnsyn:xsd::einnsyn_kvittering",
          "urn:no:difi:eformidling:xsd::status",
          "urn:no:difi:eformidling:xsd::feil"
        ])
      })
    )

    it.effect.skipIf(!present)("give the record with the alias document type (API-2 in part)", () =>
      Effect.gen(function* () {
        const [record] = yield* records("sr-mock-910075935-innsynskrav.json")
        assert.deepStrictEqual(record?.documentTypes, ["urn:no:difi:einnsyn:xsd:innsyn::innsynskrav"])
      })
    )

    it.effect.skipIf(!present)("tell absent addresses from null ones (API-3 in part)", () =>
      Effect.gen(function* () {
        const [record] = yield* records("sr-mock-09118532322-info.json")
        assert.strictEqual(record?.orgnrPostkasse, "987464291")
        assert.strictEqual(record?.postkasseAdresse, "dummy")
        assert.isFalse("postAddress" in (record ?? {}))
        const [printed] = yield* records("sr-identifier-citizen-print-only.constructed.json")
        assert.strictEqual(printed?.postAddress?.postalArea, "FJELLHEIMEN")
      })
    )
  })
})
