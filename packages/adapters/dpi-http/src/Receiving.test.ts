import type { Incoming } from "@eformidling/port-transport/Incoming"
import { MessageReceiver } from "@eformidling/port-transport/MessageReceiver"
import { MessageSender } from "@eformidling/port-transport/MessageSender"
import { StatusSource } from "@eformidling/port-transport/StatusSource"
import { MessageId } from "@eformidling/domain/MessageId"
import { assert, describe, it as test } from "@effect/vitest"
import { type Announcement, Corner2 } from "@eformidling/simulated-network/dpi/Corner2"
import { RequestFault } from "@eformidling/simulated-network/dpi/Corner2Faults"
import { spoilt } from "@eformidling/simulated-network/dpi/Receipts"
import { DateTime, Duration, Effect, Layer } from "effect"
import { createHmac, randomUUID } from "node:crypto"
import type { DpiSettings } from "./DpiSettings.ts"
import { outgoing } from "./internal/letters.testing.ts"
import { digipost, door, network, own, printHouse, receiving, sending } from "./internal/network.testing.ts"
import * as Kanal from "./Kanal.ts"

/** Runs a test against a network of its own. */
const it = (
  title: string,
  run: Effect.Effect<void, unknown, Corner2 | MessageReceiver | MessageSender | StatusSource>,
  changes: Partial<DpiSettings> = {}
) =>
  test.live(title, () =>
    run.pipe(
      Effect.provide(
        Layer.merge(receiving(changes), sending(changes)).pipe(Layer.provide(door), Layer.provideMerge(network()))
      )
    )
  )

const announce = (more: Partial<Announcement> = {}) =>
  Effect.gen(function* () {
    const conversationId = yield* Effect.sync(() => randomUUID())
    const announcement = {
      type: "leveringskvittering",
      supplier: digipost,
      receiver: own,
      kanal: "kanal",
      conversationId,
      ...more
    }
    const id = yield* (yield* Corner2).announce(announcement)
    return { id, conversationId: announcement.conversationId }
  })

const takeOne = Effect.flatMap(MessageReceiver, ({ take }) => take((incoming) => Effect.succeed(incoming)))

const takeMany = (count: number) =>
  Effect.map(Effect.replicateEffect(takeOne, count), (all) => all.filter((one) => one !== undefined))

const readable = (all: ReadonlyArray<Incoming>) => all.filter((one) => one._tag === "Kvittering")
const unreadable = (all: ReadonlyArray<Incoming>) => all.filter((one) => one._tag === "Uleselig")

/** Waits until it holds. */
const eventually = <R>(holds: Effect.Effect<boolean, never, R>) =>
  Effect.repeat(Effect.delay(holds, "2 millis"), { until: (value) => value })

const polls = Effect.gen(function* () {
  const { faults } = yield* Corner2
  return (yield* faults.requests).filter(({ method }) => method === "GET").map(({ url }) => url)
})

/** The JWS with another header over the same content, unsigned or signed with a secret. */
const withHeader =
  (change: (header: Record<string, unknown>) => Record<string, unknown>, sign: (input: string) => string) =>
  (jws: string): string => {
    const [header, payload] = jws.split(".")
    const parsed = JSON.parse(Buffer.from(header ?? "", "base64url").toString()) as Record<string, unknown>
    const input = `${Buffer.from(JSON.stringify(change(parsed))).toString("base64url")}.${payload}`
    return `${input}.${sign(input)}`
  }

const tampered = (jws: string): string => {
  const [header, payload, signature] = jws.split(".")
  const text = Buffer.from(payload ?? "", "base64url")
    .toString()
    .replace("leveringskvittering", "aapningskvittering")
  return [header, Buffer.from(text).toString("base64url"), signature].join(".")
}

const types: ReadonlyArray<readonly [type: string, more?: Readonly<Record<string, unknown>>]> = [
  ["leveringskvittering"],
  ["aapningskvittering"],
  ["varslingfeiletkvittering", { varslingskanal: "sms", beskrivelse: "nummeret er ikke i bruk" }],
  ["mottakskvittering"],
  ["returpostkvittering"],
  ["feil", { feiltype: "KLIENT", detaljer: "SBD:5023" }]
]

describe("DpiMessageReceiver", () => {
  for (const [type, more = {}] of types) {
    it(
      `hands up ${type} with its time and as it was received, and marks it as read (DPI-61, DPI-77)`,
      Effect.gen(function* () {
        const corner2 = yield* Corner2
        const at = DateTime.makeUnsafe("2026-03-01T09:00:00Z")
        const raws: Array<string> = []
        const { conversationId, id } = yield* announce({
          type,
          more,
          at,
          supplier: type === "mottakskvittering" || type === "returpostkvittering" ? printHouse : digipost,
          change: (jws) => {
            raws.push(jws)
            return jws
          }
        })
        const incoming = yield* takeOne
        assert(incoming?._tag === "Kvittering")
        assert.strictEqual(incoming.conversationId, conversationId)
        assert.deepStrictEqual(incoming.tidspunkt, at)
        assert.strictEqual(incoming.raw, raws[0])
        assert.deepStrictEqual({ ...incoming.kvittering }, { _tag: type, ...more } as never)
        assert.strictEqual(
          JSON.parse(Buffer.from(incoming.raw.split(".")[0] ?? "", "base64url").toString()).alg,
          "RS512"
        )
        assert.notInclude(yield* corner2.unread, id)
      })
    )
  }

  it(
    "takes a receipt whose document type is spelt with a capital (DPI-63)",
    Effect.gen(function* () {
      // The signature covers the spelling, so the receipt must be written that way to begin with.
      const { id } = yield* announce({
        type: "leveringskvittering",
        standard: (text) => text.replace("xsd::i", "xsd::I")
      })
      assert.strictEqual((yield* takeOne)?._tag, "Kvittering")
      assert.notInclude(yield* (yield* Corner2).unread, id)
    })
  )

  const broken: ReadonlyArray<readonly [what: string, Partial<Announcement>]> = [
    ["tampered content (DPI-62)", { change: tampered }],
    ["a signature that does not fit (DPI-62)", { change: spoilt }],
    [
      "alg none (DPI-62)",
      {
        change: withHeader(
          (header) => ({ ...header, alg: "none" }),
          () => ""
        )
      }
    ],
    [
      "HS256 (DPI-62)",
      {
        change: withHeader(
          (header) => ({ ...header, alg: "HS256" }),
          (input) => createHmac("sha256", "secret").update(input).digest("base64url")
        )
      }
    ],
    [
      "no certificate",
      {
        change: withHeader(
          ({ alg }) => ({ alg }),
          () => "AAAA"
        )
      }
    ],
    [
      "an empty certificate list",
      {
        change: withHeader(
          (header) => ({ ...header, x5c: [] }),
          () => "AAAA"
        )
      }
    ],
    ["something that is no JWS", { change: () => "hei" }],
    ["nothing at all", { change: () => "" }],
    ["a maskinportentoken (DPI-60)", { more: { maskinportentoken: "x" } }],
    [
      "a notification channel that does not exist (DPI-64)",
      { type: "varslingfeiletkvittering", more: { varslingskanal: "brev" } }
    ],
    ["an unknown type", { type: "reklamekvittering" }]
  ]
  for (const [what, more] of broken) {
    it(
      `hands up a receipt with ${what} as unreadable, once, leaves it unread, and goes on to the next (DPI-91)`,
      Effect.gen(function* () {
        const corner2 = yield* Corner2
        const before = yield* announce()
        const { id } = yield* announce(more)
        const after = yield* announce()
        const all = yield* takeMany(3)
        assert.deepStrictEqual(
          readable(all)
            .map(({ conversationId }) => conversationId as string)
            .sort(),
          [before, after].map(({ conversationId }) => conversationId).sort()
        )
        const [failed] = unreadable(all)
        assert.strictEqual(failed?.source, "dpi-kvittering")
        assert.isNotEmpty(failed?.description)
        assert.deepStrictEqual(yield* corner2.unread, [id])
        const seen = (yield* polls).length
        yield* eventually(Effect.map(polls, (urls) => urls.length > seen + 3))
        const next = yield* announce()
        const incoming = yield* takeOne
        assert.strictEqual(incoming?._tag === "Kvittering" ? incoming.conversationId : undefined, next.conversationId)
      })
    )
  }

  it(
    "hands up a message that is no receipt as one that says nothing (DPI-79)",
    Effect.gen(function* () {
      yield* announce({
        type: "digital",
        body: {
          avsender: { virksomhetsidentifikator: { authority: "iso6523-actorid-upis", value: `0192:${own}` } },
          mottaker: { postkasseadresse: "x" },
          dokumentpakkefingeravtrykk: { digestMethod: "m", digestValue: "v" },
          maskinportentoken: "t",
          sikkerhetsnivaa: 3,
          ikkesensitivtittel: "t",
          spraak: "nb"
        }
      })
      const incoming = yield* takeOne
      assert(incoming?._tag === "Kvittering")
      assert.deepStrictEqual(incoming.kvittering, { _tag: "ukjent", type: "digital" })
    })
  )

  it(
    "takes a receipt that is listed twice, and both are read (DPI-83)",
    Effect.gen(function* () {
      const corner2 = yield* Corner2
      const { conversationId } = yield* announce()
      yield* announce({ conversationId })
      const all = yield* takeMany(2)
      assert.deepStrictEqual(
        readable(all).map((one) => one.conversationId as string),
        [conversationId, conversationId]
      )
      assert.deepStrictEqual(yield* corner2.unread, [])
    })
  )

  it(
    "hands a receipt up again that could not be marked as read, and goes on with the others",
    Effect.gen(function* () {
      const corner2 = yield* Corner2
      yield* corner2.plan({ requests: [{ on: ["markRead"], fault: RequestFault.Answers({ status: 500 }), times: 1 }] })
      const ids = [yield* announce(), yield* announce()].map(({ conversationId }) => conversationId)
      const all = readable(yield* takeMany(3)).map(({ conversationId }) => conversationId as string)
      assert.deepStrictEqual([...new Set(all)].sort(), [...ids].sort())
      assert.deepStrictEqual(yield* corner2.unread, [])
    })
  )

  it(
    "gets the rest of a full page at once",
    Effect.gen(function* () {
      const ids = yield* Effect.replicateEffect(announce(), 5)
      const all = readable(yield* takeMany(5)).map(({ conversationId }) => conversationId as string)
      assert.deepStrictEqual(all.sort(), ids.map(({ conversationId }) => conversationId).sort())
    }),
    { pageSize: 2, pollingRate: Duration.seconds(30) }
  )

  it(
    "reaches receipts behind a page of unreadable ones, by its number",
    Effect.gen(function* () {
      yield* Effect.replicateEffect(announce({ change: spoilt }), 4)
      const { conversationId } = yield* announce()
      const all = yield* takeMany(5)
      assert.deepStrictEqual(
        readable(all).map((one) => one.conversationId as string),
        [conversationId]
      )
      assert.isTrue((yield* polls).some((url) => url.endsWith("page_size=2&page=2")))
    }),
    { pageSize: 2 }
  )

  it(
    "polls every channel (DPI-88)",
    Effect.gen(function* () {
      const ids = yield* Effect.forEach(["m-0", "m-1", "m-2"], (kanal) => announce({ kanal }))
      const all = readable(yield* takeMany(3)).map(({ conversationId }) => conversationId as string)
      assert.deepStrictEqual(all.sort(), ids.map(({ conversationId }) => conversationId).sort())
    }),
    { kanaler: ["m-0", "m-1", "m-2"] }
  )

  it(
    "polls and sends on a channel by its name with underscores (DPI-70)",
    Effect.gen(function* () {
      const { faults } = yield* Corner2
      yield* (yield* MessageSender).send(yield* outgoing())
      yield* eventually(Effect.map(polls, (urls) => urls.length > 0))
      const asked = (yield* faults.requests).map(({ method, url }) => `${method} ${url}`)
      assert.include(asked, "POST /dpi/messages/out?kanal=no_difi_move_integrasjonspunkt")
      assert.include(asked, "GET /dpi/messages/in?kanal=no_difi_move_integrasjonspunkt&page_size=100")
    }),
    { kanaler: Kanal.list({ mpcId: "no.difi.move.integrasjonspunkt", mpcIdListe: [], concurrency: 1 }) }
  )

  for (const [pollWithoutAvsenderidentifikator, lists] of [
    [true, ["kanal", "a", "b"]],
    [false, ["a", "b"]]
  ] as const) {
    it(
      `asks for ${lists.length} lists of a channel with two avsenderidentifikatorer (DPI-89)`,
      Effect.gen(function* () {
        yield* eventually(Effect.map(polls, (urls) => urls.length >= lists.length))
        assert.deepStrictEqual(
          (yield* polls).slice(0, lists.length).map((url) => /avsenderidentifikator=(\w)/.exec(url)?.[1] ?? "kanal"),
          [...lists]
        )
      }),
      { avsenderidentifikatorer: ["a", "b"], pollWithoutAvsenderidentifikator }
    )
  }

  it(
    "polls on after a list that could not be had, however it went wrong",
    Effect.gen(function* () {
      const corner2 = yield* Corner2
      yield* corner2.plan({
        requests: [
          { fault: RequestFault.Answers({ status: 503 }), times: 1 },
          { fault: RequestFault.Answers({ status: 401 }), times: 1 },
          { fault: RequestFault.Answers({ status: 200, body: "<html>", contentType: "text/html" }), times: 1 },
          { fault: RequestFault.Resets(), times: 1 },
          { fault: RequestFault.HangsInAnswer(), times: 1 }
        ]
      })
      const { conversationId } = yield* announce()
      assert.deepStrictEqual(
        readable(yield* takeMany(1)).map((one) => one.conversationId as string),
        [conversationId]
      )
    }),
    { timeout: Duration.millis(200) }
  )
})

describe("DpiStatusSource", () => {
  const id = Effect.sync(() => MessageId.make(randomUUID()))

  it(
    "passes statuses on in order, with their times (DPI-74, DPI-80)",
    Effect.gen(function* () {
      const messageId = yield* id
      yield* (yield* Corner2).tell(messageId, [
        { status: "OPPRETTET", timestamp: "2026-03-01T09:30:01+01:00" },
        { status: "SENDT", timestamp: "2026-03-01T09:30:05+01:00", beskrivelse: "til hjørne 3" },
        { status: "SENDT" },
        { status: "FEILET", timestamp: "ikke et tidspunkt" }
      ])
      assert.deepStrictEqual(yield* (yield* StatusSource).statusesOf(messageId), [
        { status: "OPPRETTET", timestamp: DateTime.makeUnsafe("2026-03-01T08:30:01Z") },
        { status: "SENDT", timestamp: DateTime.makeUnsafe("2026-03-01T08:30:05Z") },
        { status: "SENDT", timestamp: undefined },
        { status: "FEILET", timestamp: undefined }
      ])
    })
  )

  it(
    "passes over a status it has no word for, and keeps the others",
    Effect.gen(function* () {
      const messageId = yield* id
      yield* (yield* Corner2).tell(messageId, [{ status: "MELLOMLANDET" }, { status: "SENDT" }])
      assert.deepStrictEqual(yield* (yield* StatusSource).statusesOf(messageId), [
        { status: "SENDT", timestamp: undefined }
      ])
    })
  )
})
