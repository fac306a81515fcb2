import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import * as StandardBusinessDocument from "@eformidling/domain/StandardBusinessDocument"
import { standardBusinessDocument } from "@eformidling/domain/testing"
import { Result, Schema } from "effect"
import { json, sbd } from "./internal/world.testing.ts"
import * as Payload from "./Payload.ts"

const folder = fileURLToPath(new URL("../../../../../shared/data/examples/dpe/", import.meta.url))
const hasExamples = existsSync(folder)
const titled = (title: string) => (hasExamples ? title : `${title} (skipped: there is no ../shared/data)`)

const decodeText = (text: string) => Payload.decode(Buffer.from(text))
const innsynskrav = json({ type: "innsynskrav" })
const cms = Buffer.from("EXAMPLE-CMS-BYTES")
const twice = Buffer.from(cms.toString("base64")).toString("base64")

const reasonOf = (text: string) =>
  Result.match(decodeText(text), { onFailure: ({ reason }) => reason, onSuccess: () => "readable" })

describe("Payload", () => {
  it.prop("decodes what it encodes", [standardBusinessDocument, Schema.Uint8Array], ([document, dokumentpakke]) => {
    const decoded = Result.getOrThrow(Payload.decode(Payload.encode({ sbd: document, dokumentpakke })))
    assert.deepStrictEqual(StandardBusinessDocument.encode(decoded.sbd), StandardBusinessDocument.encode(document))
    assert.deepStrictEqual(Buffer.from(decoded.dokumentpakke ?? []), Buffer.from(dokumentpakke))
  })

  it.prop("writes ASCII only (DPE-29)", [standardBusinessDocument], ([document]) => {
    assert.isTrue(Payload.encode({ sbd: document, dokumentpakke: undefined }).every((byte) => byte < 0x7f))
  })

  it("writes the dokumentpakke in two layers of base64 (DPE-4)", () => {
    const body = JSON.parse(Payload.encode({ sbd: sbd({ type: "innsynskrav" }), dokumentpakke: cms }).toString())
    assert.strictEqual(body.asic, "UlZoQlRWQk1SUzFEVFZNdFFsbFVSVk09")
  })

  it("leaves the member out when there is no dokumentpakke", () => {
    const body = JSON.parse(Payload.encode({ sbd: sbd({ type: "status" }), dokumentpakke: undefined }).toString())
    assert.deepStrictEqual(Object.keys(body), ["sbd"])
  })

  it("takes null and absence of a dokumentpakke alike (DPE-56)", () => {
    for (const body of [{ sbd: innsynskrav, asic: null }, { sbd: innsynskrav }]) {
      assert.isUndefined(Result.getOrThrow(decodeText(JSON.stringify(body))).dokumentpakke)
    }
  })

  it("passes over members it does not know, in any order", () => {
    const body = { extra: { a: [1] }, asic: twice, version: 2, sbd: innsynskrav }
    assert.deepStrictEqual(Buffer.from(Result.getOrThrow(decodeText(JSON.stringify(body))).dokumentpakke ?? []), cms)
  })

  it("calls a body that is no JSON object with an SBD an invalid payload (DPE-52)", () => {
    for (const text of ["{bad", "", "{}", '{"sbd":null}', "[]", "null", '"sbd"', '{"sbd":"text"}']) {
      assert.strictEqual(reasonOf(text), "InvalidPayload", text)
    }
  })

  it("calls a dokumentpakke in one layer of base64, or none, an invalid payload (DPE-53)", () => {
    const der = Buffer.from([0x30, 0x80, 0x06, 0x09, 0xfb, 0xff])
    const wrong = [twice.slice(0, -1), `${twice}\n`, `${twice}A`, `=${twice.slice(1)}`, twice.replace("U", "_")]
    for (const asic of [der.toString("base64"), "not base64!", ...wrong, "====", 17, {}]) {
      assert.strictEqual(reasonOf(JSON.stringify({ sbd: innsynskrav, asic })), "InvalidPayload", String(asic))
    }
  })

  it("calls a document that breaks the rules of an SBD an invalid SBD (DPE-42, DPE-50, DPE-51)", () => {
    const documents = [
      json({ type: "status", body: { status: "UKJENT" } }),
      { ...innsynskrav, publisering: {} },
      { ...innsynskrav, innsynskrav: "text" },
      { standardBusinessDocumentHeader: innsynskrav.standardBusinessDocumentHeader, feil: {} },
      { standardBusinessDocumentHeader: innsynskrav.standardBusinessDocumentHeader }
    ]
    for (const document of documents) assert.strictEqual(reasonOf(JSON.stringify({ sbd: document })), "InvalidSbd")
  })

  it("never quotes what it refuses", () => {
    const secret = "kari@example.no"
    const bodies = [`{"sbd": "${secret}`, JSON.stringify({ sbd: innsynskrav, asic: secret })]
    for (const text of bodies) {
      const result = decodeText(text)
      assert(Result.isFailure(result))
      assert.notInclude(result.failure.description, secret)
    }
  })

  it.skipIf(!hasExamples)(titled("reads the example payloads of the field"), () => {
    for (const type of ["einnsyn_kvittering", "innsynskrav", "status"]) {
      const payload = Result.getOrThrow(Payload.decode(readFileSync(`${folder}servicebus-payload-${type}.json`)))
      assert.strictEqual(payload.sbd.message.type, type)
      assert.strictEqual(payload.dokumentpakke === undefined, type !== "innsynskrav")
    }
  })
})
