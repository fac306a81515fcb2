import { assert, describe, layer } from "@effect/vitest"
import { MemoryRegistry } from "@eformidling/adapter-memory/MemoryRegistry"
import * as ExchangeSettings from "@eformidling/exchange/ExchangeSettings"
import { Duration, Effect } from "effect"
import { TestClock } from "effect/testing"
import { randomUUID } from "node:crypto"
import { at } from "./internal/httpCall.testing.ts"
import { digital, einnsynKvittering, idOf, message } from "./internal/messages.testing.ts"
import * as TestServer from "./internal/testServer.testing.ts"

const { Client } = TestServer

const header = "standardBusinessDocumentHeader"
const json = { "content-type": "application/json" }

const post = Effect.fnUntraced(function* (sbd: unknown) {
  const { call } = yield* Client
  return yield* call("POST", "/api/messages/out", { headers: json, body: JSON.stringify(sbd) })
})

const address = { navn: "Ola", adresselinje1: "Vei 1", postnummer: "0001", poststed: "OSLO", land: "Norge" }

const print = (body: Record<string, unknown>, receiver?: string) =>
  message({
    messageId: randomUUID(),
    conversationId: randomUUID(),
    type: "print",
    standard: "urn:no:difi:digitalpost:xsd:fysisk::print",
    process: "urn:no:difi:profile:digitalpost:info:ver1.0",
    receiver,
    body: { hoveddokument: "letter.pdf", ...body }
  })

const retur = { mottaker: address, returhaandtering: "DIREKTE_RETUR" }

layer(TestServer.layer(), { excludeTestServices: true })("create", (it) => {
  it.effect.each([
    [`0192:${TestServer.own}`, `0192:${TestServer.own}`],
    ["0192:111111111", `0192:${TestServer.own}:111111111`],
    [`0192:${TestServer.own}:111111111`, `0192:${TestServer.own}:111111111`]
  ] as const)("returns sender %s as %s (API-12)", ([given, returned]) =>
    Effect.gen(function* () {
      const answer = yield* post(digital({ sender: given }))
      assert.strictEqual(at(answer.json, header, "sender", 0, "identifier", "value"), returned)
    })
  )

  it.effect("fills a letter's addresses from the registry, street by street (API-17, API-20)", () =>
    Effect.gen(function* () {
      const registry = yield* MemoryRegistry
      const [record] = TestServer.contents.recipients[TestServer.citizen] ?? []
      const known = { name: "Kari", street: "a;b;c;d;e", postalCode: "2900", postalArea: "FJELL", country: "Norway" }
      yield* registry.update((contents) => ({
        ...contents,
        recipients:
          record === undefined
            ? contents.recipients
            : {
                ...contents.recipients,
                [TestServer.citizen]: [{ ...record, postAddress: known, returnAddress: known }]
              }
      }))
      const answer = yield* post(print({ mottaker: { navn: "Ola" } }, TestServer.citizen))
      yield* registry.update(() => TestServer.contents)
      assert.strictEqual(answer.status, 200)
      const filled = {
        adresselinje1: "a",
        adresselinje2: "b",
        adresselinje3: "c",
        adresselinje4: "d",
        postnummer: "2900",
        poststed: "FJELL",
        land: "Norway"
      }
      assert.deepStrictEqual(at(answer.json, "print", "mottaker"), { navn: "Ola", ...filled })
      assert.deepStrictEqual(at(answer.json, "print", "retur"), {
        mottaker: { navn: "Kari", ...filled },
        returhaandtering: "DIREKTE_RETUR"
      })
    })
  )

  it.effect("prints in black and sends by economy unless told otherwise (API-19)", () =>
    Effect.gen(function* () {
      const answer = yield* post(print({ mottaker: address, retur }))
      assert.strictEqual(at(answer.json, "print", "utskriftsfarge"), "SORT_HVIT")
      assert.strictEqual(at(answer.json, "print", "posttype"), "B_OEKONOMI")
    })
  )

  it.effect("asks no postnummer of an address abroad (API-21)", () =>
    Effect.gen(function* () {
      const mottaker = { navn: "Sven", adresselinje1: "Gata 1", land: "Sweden" }
      assert.strictEqual((yield* post(print({ mottaker, retur }))).status, 200)
    })
  )
})

describe("a channel", () => {
  layer(TestServer.layer({ exchange: { channels: { DPE: ExchangeSettings.dpeDefaults } } }), {
    excludeTestServices: true
  })((it) => {
    it.effect("that is switched off takes nothing (API-25)", () =>
      Effect.gen(function* () {
        const answer = yield* post(digital())
        assert.strictEqual(answer.status, 400)
        assert.strictEqual(at(answer.json, "message"), "Service DPI is not enabled")
        assert.strictEqual(
          at(answer.json, "exception"),
          "no.difi.meldingsutveksling.exceptions.ServiceNotEnabledException"
        )
      })
    )
  })
})

const twoDays = { ...ExchangeSettings.dpiDefaults, timeToLive: Duration.hours(48) }

const channels = { DPI: twoDays, DPE: ExchangeSettings.dpeDefaults }

layer(TestServer.layer({ exchange: { channels }, startsAt: "2026-03-25T10:38:23Z" }))("time to live", (it) => {
  const expiryOf = (answer: unknown) =>
    at(answer, header, "businessScope", "scope", 0, "scopeInformation", 0, "expectedResponseDateTime")

  it.effect("is the channel's own (API-11)", () =>
    Effect.gen(function* () {
      assert.strictEqual(expiryOf((yield* post(digital())).json), "2026-03-27T11:38:23+01:00")
      assert.strictEqual(expiryOf((yield* post(einnsynKvittering())).json), "2026-03-26T11:38:23+01:00")
    })
  )

  it.effect("that passes between create and send gives the message up, and says so (API-46)", () =>
    Effect.gen(function* () {
      const { call } = yield* Client
      const sbd = einnsynKvittering({ expires: "2026-03-25T12:00:00+01:00" })
      yield* post(sbd)
      yield* TestClock.adjust("1 hour")
      const answer = yield* call("POST", `/api/messages/out/${idOf(sbd)}`)
      assert.strictEqual(answer.status, 400)
      assert.deepInclude(answer.json as object, {
        timestamp: "2026-03-25T12:38:23+01:00",
        exception: "no.difi.meldingsutveksling.exceptions.TimeToLiveException",
        message: "ExpectedResponseDateTime 2026-03-25T12:00:00+01:00 has been exceeded. Please resend the message"
      })
      const statuses = yield* call("GET", `/api/statuses/${idOf(sbd)}`)
      assert.strictEqual(at(statuses.json, "content", 1, "status"), "LEVETID_UTLOPT")
      assert.strictEqual(
        at(statuses.json, "content", 1, "description"),
        "Levetiden for meldingen er utgått. Må sendes på nytt"
      )
    })
  )
})
