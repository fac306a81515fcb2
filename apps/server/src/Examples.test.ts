import { assert, layer } from "@effect/vitest"
import { MemoryRegistry } from "@eformidling/adapter-memory/MemoryRegistry"
import { Effect } from "effect"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { at } from "./internal/httpCall.testing.ts"
import * as TestServer from "./internal/testServer.testing.ts"

const { Client, citizen } = TestServer

const folder = new URL("../../../../shared/data/examples/api/", import.meta.url)
const absent = !existsSync(folder)
const names = absent ? [] : readdirSync(folder)
const note = absent ? " (skipped: the examples are not there)" : ""

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, folder), "utf8"))

const header = "standardBusinessDocumentHeader"

/** The checks that an example stands for. */
const checks: Readonly<Record<string, string>> = {
  "create-digital-full.request.json": " (API-7)",
  "create-print-full.request.json": " (API-14)",
  "create-print-without-receiver.request.json": " (API-18)",
  "create-innsynskrav-serialize-nulls.request.json": " (API-51)",
  "create-print-missing-return-postcode.400.request.json": " (API-15)",
  "create-print-missing-receiver-postcode.400.request.json": " (API-16)"
}

/** The registry takes every document type for every receiver that the examples name, and knows no address of theirs. */
const noAddress = { postAddress: null, returnAddress: null }

const open = Effect.fnUntraced(function* (sbd: unknown) {
  const registry = yield* MemoryRegistry
  const receiver = String(at(sbd, header, "receiver", 0, "identifier", "value")).replace(/^0192:/, "")
  const process = String(at(sbd, header, "businessScope", "scope", 0, "identifier"))
  const standard = String(at(sbd, header, "documentIdentification", "standard"))
  const [record] = TestServer.contents.recipients[standard.includes("einnsyn") ? TestServer.eInnsyn : citizen]!
  yield* registry.update((contents) => ({
    ...contents,
    recipients: {
      ...contents.recipients,
      [receiver]: [{ ...record!, ...noAddress, process, documentTypes: [standard] }]
    }
  }))
})

const create = Effect.fnUntraced(function* (sbd: unknown) {
  const { call } = yield* Client
  yield* open(sbd)
  return yield* call("POST", "/api/messages/out", {
    headers: { "content-type": "application/json" },
    body: JSON.stringify(sbd)
  })
})

/** Clears what the server makes up: ids, and times that follow from the clock. */
const withoutMadeUp = (sbd: unknown): unknown =>
  JSON.parse(
    JSON.stringify(sbd, (key, value: unknown) => {
      if (key === "creationDateAndTime" || key === "expectedResponseDateTime") return "time"
      return key === "instanceIdentifier" ? "id" : value
    })
  )

layer(TestServer.layer({ startsAt: "2019-03-25T10:38:23Z" }))("the reference's examples", (it) => {
  const requests = names.filter((name) => /^create-.*\.request\.json$/.test(name))
  const refused = names.filter((name) => /^create-.*\.400\.request\.json$/.test(name))
  const accepted = requests.filter((name) => !refused.includes(name))

  if (absent) it.effect.skip(`are taken as the reference takes them${note}`, () => Effect.void)

  for (const name of accepted) {
    it.effect(`takes ${name} and returns what it was given${checks[name] ?? ""}`, () =>
      Effect.gen(function* () {
        const request = read(name)
        const answer = yield* create(request)
        assert.strictEqual(answer.status, 200, answer.text)
        const expected = name.replace(".request.", ".response.")
        if (names.includes(expected)) {
          assert.deepStrictEqual(withoutMadeUp(answer.json), withoutMadeUp(read(expected)))
        }
        const given = at(request, header, "documentIdentification", "instanceIdentifier")
        const returned = at(answer.json, header, "documentIdentification", "instanceIdentifier")
        if (given !== undefined) assert.strictEqual(returned, given)
      })
    )
  }

  for (const name of refused) {
    it.effect(`refuses ${name}${checks[name] ?? ""}`, () =>
      Effect.gen(function* () {
        const answer = yield* create(read(name))
        assert.strictEqual(answer.status, 400)
        assert.strictEqual(
          at(answer.json, "exception"),
          "no.difi.meldingsutveksling.exceptions.MissingAddressInformationException"
        )
      })
    )
  }
})
