import { MemoryRegistry } from "@eformidling/adapter-memory/MemoryRegistry"
import type { ServiceRecord } from "@eformidling/port-registry/ServiceRecord"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { capabilities, capabilityOf } from "./Capabilities.ts"
import { einnsyn, world } from "./internal/world.test.support.ts"

const address = { name: "Kari", street: "Utsikten 1", postalCode: "2900", postalArea: "FJELLHEIMEN", country: "Norway" }
const nothing = { name: "", street: "", postalCode: "", postalArea: "", country: "" }

const dpi: ServiceRecord = {
  organisationNumber: "984661185",
  pemCertificate: "",
  process: "urn:no:difi:profile:digitalpost:info:ver1.0",
  documentTypes: ["urn:no:difi:digitalpost:xsd:digital::digital", "urn:no:difi:digitalpost:xsd:fysisk::print"],
  service: { identifier: "DPI", endpointUrl: "", securityLevel: null },
  orgnrPostkasse: "987464291",
  postkasseAdresse: "dummy",
  mobilnummer: null,
  epostAdresse: null,
  kanVarsles: false,
  fysiskPost: false,
  spraak: null
}

describe("capabilities", () => {
  it("tells an address the registry says nothing about as an empty one (API-3)", () => {
    const { digitalPostAddress, documentTypes, postAddress, returnAddress } = capabilityOf(dpi)
    assert.deepStrictEqual(postAddress, nothing)
    assert.deepStrictEqual(returnAddress, nothing)
    assert.deepStrictEqual(digitalPostAddress, { supplier: "987464291", address: "dummy" })
    assert.deepStrictEqual(
      documentTypes.map(({ type }) => type),
      ["digital", "print"]
    )
  })

  it("leaves out an address there is none of (API-4)", () => {
    const capability = capabilityOf({ ...dpi, postAddress: null, returnAddress: address })
    assert.notProperty(capability, "postAddress")
    assert.deepStrictEqual(capability.returnAddress, address)
  })

  it("names only the supplier of a print house", () => {
    const { digitalPostAddress } = capabilityOf({ ...dpi, postkasseAdresse: null })
    assert.deepStrictEqual(digitalPostAddress, { supplier: "987464291" })
  })

  it.effect("lists the records of an organisation in the registry's order, without addresses (DPE-71)", () =>
    Effect.gen(function* () {
      const found = yield* capabilities({ identifier: einnsyn })
      assert.deepStrictEqual(found[1], {
        process: "urn:no:difi:profile:einnsyn:journalpost:ver1.0",
        serviceIdentifier: "DPE",
        documentTypes: [{ type: "publisering", standard: "urn:no:difi:einnsyn:xsd::publisering" }]
      })
      assert.strictEqual(found.length, 3)
    }).pipe(Effect.provide(world()))
  )

  it("leaves out the type of a document type of no message we know", () => {
    const { documentTypes } = capabilityOf({ ...dpi, documentTypes: ["urn:example::annet"] })
    assert.deepStrictEqual(documentTypes, [{ standard: "urn:example::annet" }])
  })

  it.effect("tells an unknown receiver from a registry that is away (API-5, API-6)", () =>
    Effect.gen(function* () {
      const unknown = yield* Effect.flip(capabilities({ identifier: "999999999" }))
      assert.strictEqual(unknown.reason._tag, "IdentifierNotFound")
      assert.match(unknown.message, /^Service record not found for parameters: SRParameter\(identifier=999999999,/)
      yield* (yield* MemoryRegistry).setAvailable(false)
      const away = yield* Effect.flip(capabilities({ identifier: einnsyn }))
      assert.strictEqual(away.reason._tag, "RegistryFailed")
    }).pipe(Effect.provide(world()))
  )
})
