import { MessageReceiver } from "@eformidling/port-transport/MessageReceiver"
import { MessageSender, type Outgoing } from "@eformidling/port-transport/MessageSender"
import { assert, describe, it as test } from "@effect/vitest"
import { Corner2 } from "@eformidling/simulated-network/dpi/Corner2"
import { type Plan, ReceiptFault, RequestFault } from "@eformidling/simulated-network/dpi/Corner2Faults"
import { Pki } from "@eformidling/simulated-network/pki/Pki"
import { ServiceRegistry } from "@eformidling/simulated-network/ServiceRegistry"
import { Duration, Effect, Layer } from "effect"
import type { DpiSettings } from "./DpiSettings.ts"
import { kari, type Letter, ola, outgoing, pdf } from "./internal/letters.testing.ts"
import { digipost, door, network, receiving, sending } from "./internal/network.testing.ts"

/** Runs a test against a network of its own, where letters are delivered and opened at once. */
const it = <E>(
  title: string,
  run: Effect.Effect<void, E, Corner2 | MessageReceiver | MessageSender | ServiceRegistry | Pki>,
  changes: Partial<DpiSettings> = {}
) =>
  test.live(title, () =>
    run.pipe(
      Effect.provide(
        Layer.merge(receiving(changes), sending(changes)).pipe(
          Layer.provide(door),
          Layer.provideMerge(network({ delivered: 0, opened: 0 }))
        )
      )
    )
  )

const takeOne = Effect.flatMap(MessageReceiver, ({ take }) => take((incoming) => Effect.succeed(incoming)))

/** What the supplier says about a letter, in the words of a DPI-kvittering and of its `detaljer`. */
const answers = Effect.fnUntraced(function* (count: number) {
  const all = yield* Effect.replicateEffect(takeOne, count)
  return all.map((incoming) => {
    if (incoming?._tag !== "Kvittering") return [incoming?._tag ?? "none"]
    const { kvittering } = incoming
    return kvittering._tag === "feil" ? ["feil", kvittering.detaljer] : [kvittering._tag]
  })
})

const post = Effect.fnUntraced(function* (letter: Letter) {
  const message = yield* outgoing(letter)
  yield* (yield* MessageSender).send(message)
  return message
})

const twice = [
  { filename: "brev.pdf", content: pdf, title: "Brevet" },
  { filename: "vedlegg.pdf", content: pdf, title: "Brevet" }
]

describe("mailbox suppliers and the print house", () => {
  it(
    "answer a letter that keeps the rules with leveringskvittering, and aapningskvittering when it was asked for",
    Effect.gen(function* () {
      yield* post({ body: { digitalPostInfo: { virkningsdato: "2019-05-12", aapningskvittering: true } } })
      assert.deepStrictEqual(yield* answers(2), [["leveringskvittering"], ["aapningskvittering"]])
      const [delivered] = yield* (yield* Corner2).delivered
      assert.strictEqual(delivered?.recipient, "kari.sandkasse#1ABC")
    })
  )

  it(
    "answer a print letter with mottakskvittering and leveringskvittering",
    Effect.gen(function* () {
      yield* post({ type: "print" })
      assert.deepStrictEqual(yield* answers(2), [["mottakskvittering"], ["leveringskvittering"]])
    })
  )

  const refused: ReadonlyArray<readonly [what: string, letter: Letter, detaljer: string]> = [
    [
      "a media type outside the scheme",
      { files: [{ filename: "brev.xml", content: pdf, mimeType: "application/xml" }] },
      "application/xml is no media type of a document"
    ],
    [
      "metadata of another media type",
      {
        files: [
          { filename: "brev.pdf", content: pdf },
          { filename: "lenke.txt", content: pdf }
        ],
        body: { metadataFiler: { "brev.pdf": "lenke.txt" } }
      },
      "text/plain is no media type of metadata"
    ],
    [
      "a name with a blank",
      { files: [{ filename: "mitt brev.pdf", content: pdf }] },
      "the name mitt brev.pdf holds other characters than A-Z a-z 0-9 . _ -"
    ],
    [
      "two documents of one title at e-Boks",
      { receiver: ola, files: twice },
      "SBD:5023 two documents have the same title"
    ],
    [
      "print of something that is not called PDF",
      { type: "print", files: [{ filename: "brev.txt", content: pdf }] },
      "only PDF can be printed, not brev.txt"
    ],
    [
      "print of something that is only called PDF",
      { type: "print", files: [{ filename: "brev.pdf", content: Buffer.from("Hei") }] },
      "brev.pdf is no PDF of version 1.0 to 1.7"
    ]
  ]
  for (const [what, letter, detaljer] of refused) {
    it(
      `answer ${what} with feil, and deliver nothing`,
      Effect.gen(function* () {
        yield* post(letter)
        assert.deepStrictEqual(yield* answers(1), [["feil", detaljer]])
        assert.deepStrictEqual(yield* (yield* Corner2).delivered, [])
      })
    )
  }

  it(
    "take two documents of one title elsewhere",
    Effect.gen(function* () {
      yield* post({ files: twice })
      assert.deepStrictEqual(yield* answers(1), [["leveringskvittering"]])
    })
  )

  it(
    "answer a letter to a mailbox that nobody has with feil",
    Effect.gen(function* () {
      const { certificatePem } = yield* (yield* Pki).identity(digipost)
      yield* (yield* ServiceRegistry).register(kari, [
        {
          organisationNumber: kari,
          pemCertificate: certificatePem,
          process: "urn:no:difi:profile:digitalpost:info:ver1.0",
          documentTypes: ["urn:no:difi:digitalpost:xsd:digital::digital"],
          service: { identifier: "DPI", endpointUrl: "", securityLevel: 3 },
          orgnrPostkasse: digipost,
          postkasseAdresse: "ingen#0000"
        }
      ])
      yield* post({})
      assert.deepStrictEqual(yield* answers(1), [["feil", "nobody has the mailbox"]])
    })
  )

  it(
    "say more than they should when they are told to, and every readable word of it arrives",
    Effect.gen(function* () {
      const corner2 = yield* Corner2
      const faults = [
        ReceiptFault.Duplicated(),
        ReceiptFault.OutOfOrder(),
        ReceiptFault.UnknownType(),
        ReceiptFault.BadSignature(),
        ReceiptFault.UnknownConversation(),
        ReceiptFault.NotNotified()
      ]
      yield* corner2.plan({ receipts: faults.map((fault) => ({ fault })) })
      yield* post({ body: { digitalPostInfo: { virkningsdato: "2019-05-12", aapningskvittering: true } } })
      const words = (yield* answers(6)).map(([word]) => word)
      assert.isAtMost(words.indexOf("aapningskvittering"), words.lastIndexOf("leveringskvittering"))
      const count = (word: string) => words.filter((one) => one === word).length
      assert.deepStrictEqual(
        [
          count("leveringskvittering"),
          count("aapningskvittering"),
          count("varslingfeiletkvittering"),
          count("Uleselig")
        ],
        [2, 1, 1, 2]
      )
    })
  )

  it(
    "return a print letter, or fail, when they are told to",
    Effect.gen(function* () {
      const corner2 = yield* Corner2
      yield* corner2.plan({ receipts: [{ fault: ReceiptFault.Returned() }] })
      yield* post({ type: "print" })
      assert.deepInclude(yield* answers(3), ["returpostkvittering"])
      yield* corner2.plan({ receipts: [{ fault: ReceiptFault.Fails() }] })
      yield* post({})
      assert.deepStrictEqual(yield* answers(1), [["feil", "told to fail"]])
    })
  )
})

describe("a corner 2 that fails at random", () => {
  const letters = 40
  const plan: Plan = {
    seed: 20261124,
    requests: [
      { fault: RequestFault.Answers({ status: 503 }), probability: 0.08 },
      { fault: RequestFault.Answers({ status: 401 }), probability: 0.04 },
      { fault: RequestFault.Hangs(), probability: 0.03 },
      { fault: RequestFault.HangsInAnswer(), probability: 0.03 },
      { fault: RequestFault.Resets(), probability: 0.08 },
      { fault: RequestFault.LosesAnswer(), probability: 0.15 }
    ],
    receipts: [
      { fault: ReceiptFault.Duplicated(), probability: 0.2 },
      { fault: ReceiptFault.OutOfOrder(), probability: 0.2 },
      { fault: ReceiptFault.UnknownType(), probability: 0.1 },
      { fault: ReceiptFault.BadSignature(), probability: 0.1 },
      { fault: ReceiptFault.UnknownConversation(), probability: 0.1 }
    ]
  }

  /** Sends until it is accepted, as an outbox does that remembers what may have arrived. */
  const persist = (message: Outgoing): Effect.Effect<void, never, MessageSender> =>
    Effect.flatMap(MessageSender, ({ send }) =>
      Effect.catch(send(message), ({ reason }) => {
        if (reason._tag === "Rejected") return Effect.die(new Error(reason.detail))
        const mayHaveArrived = message.mayHaveArrived || (reason._tag === "Unavailable" && reason.ambiguous)
        return persist({ ...message, attempt: message.attempt + 1, mayHaveArrived })
      })
    )

  it(
    "gets every letter once, and every letter gets its leveringskvittering",
    Effect.gen(function* () {
      const corner2 = yield* Corner2
      yield* corner2.plan(plan)
      const messages = yield* Effect.replicateEffect(outgoing(), letters)
      yield* Effect.forEach(messages, persist, { concurrency: 8, discard: true })
      const missing = new Set<string>(messages.map(({ sbd }) => sbd.conversationId))
      while (missing.size > 0) {
        const incoming = yield* takeOne
        if (incoming?._tag === "Kvittering" && incoming.kvittering._tag === "leveringskvittering") {
          missing.delete(incoming.conversationId)
        }
      }
      const delivered = (yield* corner2.delivered).map(({ messageId }) => messageId)
      assert.deepStrictEqual(delivered.sort(), messages.map(({ messageId }) => messageId as string).sort())
    }),
    { timeout: Duration.millis(300) }
  )
})
