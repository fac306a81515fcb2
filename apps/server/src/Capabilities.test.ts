import { assert, layer } from "@effect/vitest"
import { MemoryRegistry } from "@eformidling/adapter-memory/MemoryRegistry"
import { Effect } from "effect"
import { at } from "./internal/httpCall.testing.ts"
import * as TestServer from "./internal/testServer.testing.ts"

const { Client, citizen, eInnsyn } = TestServer

layer(TestServer.layer(), { excludeTestServices: true })("capabilities", (it) => {
  it.effect("lists what an organisation takes over eInnsyn (API-2)", () =>
    Effect.gen(function* () {
      const { call } = yield* Client
      const process = "urn:no:difi:profile:einnsyn:innsynskrav:ver1.0"
      const answer = yield* call("GET", `/api/capabilities/${eInnsyn}/?process=${process}`)
      assert.strictEqual(answer.status, 200)
      assert.deepStrictEqual(answer.json, {
        capabilities: [
          {
            process,
            serviceIdentifier: "DPE",
            documentTypes: [{ type: "innsynskrav", standard: "urn:no:difi:einnsyn:xsd::innsynskrav" }]
          }
        ]
      })
    })
  )

  it.effect("tells addresses the registry leaves out from those it denies (API-3, API-4)", () =>
    Effect.gen(function* () {
      const { call } = yield* Client
      const registry = yield* MemoryRegistry
      const [known] = TestServer.contents.recipients[citizen]!
      const { postAddress: _, returnAddress: __, ...silent } = known!
      yield* registry.update((contents) => ({
        ...contents,
        recipients: { ...contents.recipients, "1": [silent, { ...silent, postAddress: null }] }
      }))
      const answer = yield* call("GET", "/api/capabilities/1")
      const nothing = { name: "", street: "", postalCode: "", postalArea: "", country: "" }
      assert.deepStrictEqual(at(answer.json, "capabilities", 0, "postAddress"), nothing)
      assert.deepStrictEqual(at(answer.json, "capabilities", 0, "returnAddress"), nothing)
      assert.deepStrictEqual(at(answer.json, "capabilities", 0, "digitalPostAddress"), {
        supplier: "987464291",
        address: "dummy"
      })
      assert.notProperty(at(answer.json, "capabilities", 1), "postAddress")
    })
  )

  it.effect("answers 404 for a receiver the registry does not know (API-5)", () =>
    Effect.gen(function* () {
      const { call } = yield* Client
      const answer = yield* call("GET", "/api/capabilities/999999999")
      assert.strictEqual(answer.status, 404)
      assert.strictEqual(
        at(answer.json, "exception"),
        "no.difi.meldingsutveksling.exceptions.IdentifierNotFoundException"
      )
      assert.include(String(at(answer.json, "message")), "SRParameter(identifier=999999999, process=null")
      assert.strictEqual((yield* call("GET", "/api/capabilities")).status, 404)
    })
  )

  it.effect("answers 500 while the registry is away, and 400 for a level that is no number (API-6)", () =>
    Effect.gen(function* () {
      const { call } = yield* Client
      const registry = yield* MemoryRegistry
      yield* registry.setAvailable(false)
      const answer = yield* call("GET", `/api/capabilities/${eInnsyn}`)
      yield* registry.setAvailable(true)
      assert.strictEqual(answer.status, 500)
      assert.strictEqual(at(answer.json, "exception"), "no.difi.meldingsutveksling.MeldingsUtvekslingRuntimeException")
      const level = yield* call("GET", `/api/capabilities/${eInnsyn}?securityLevel=high`)
      assert.strictEqual(level.status, 400)
      assert.strictEqual(at(level.json, "errors", 0, "field"), "securityLevel")
    })
  )
})
