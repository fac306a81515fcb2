import { DokumentpakkeOpener } from "@eformidling/port-dokumentpakke/DokumentpakkeOpener"
import { DokumentpakkeSealer } from "@eformidling/port-dokumentpakke/DokumentpakkeSealer"
import { Incoming } from "@eformidling/port-transport/Incoming"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Option, Stream } from "effect"
import { einnsyn, own, received, text, world } from "./internal/world.test.support.ts"
import { peekMessage } from "./PeekMessage.ts"
import { popMessage } from "./PopMessage.ts"
import { receive } from "./ReceiveMessage.ts"

const pop = Effect.scoped(
  Effect.gen(function* () {
    const { content } = yield* (yield* DokumentpakkeSealer).seal({
      flavour: "dpe",
      sender: `0192:${einnsyn}`,
      receiver: `0192:${own}`,
      documents: [{ filename: "order.xml", mimeType: "text/xml", content: () => text("<order/>") }],
      recipientCertificate: "own"
    })
    const sbd = received({ type: "innsynskrav" })
    yield* receive("DPE")(Incoming.Melding({ sbd, dokumentpakke: yield* Stream.mkUint8Array(content) }))
    yield* peekMessage({})
    return Option.map(yield* popMessage(sbd.messageId), ({ verdict }) => verdict)
  })
)

/** The same, but every package is found to have been tampered with. */
const distrusting = Layer.effect(
  DokumentpakkeOpener,
  Effect.map(DokumentpakkeOpener, (opener) =>
    DokumentpakkeOpener.of({
      ...opener,
      verify: (container, options) =>
        Effect.map(opener.verify(container, options), (verdict) => ({
          ...verdict,
          outcome: "invalid" as const,
          findings: [{ rule: "signature" as const, severity: "broken" as const, detail: "it does not verify" }]
        }))
    })
  )
)

const tampered = (refuseInvalidPackages: boolean) =>
  distrusting.pipe(Layer.provideMerge(world({ refuseInvalidPackages })))

describe("a popped package", () => {
  it.effect("comes with the verdict on its signature and certificate", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* pop, Option.some("valid"))
    }).pipe(Effect.provide(world()))
  )

  it.effect("is given out with the verdict when it is not valid", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* pop, Option.some("invalid"))
    }).pipe(Effect.provide(tampered(false)))
  )

  it.effect("is kept back when it is not valid and the settings say so", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* pop, Option.none())
    }).pipe(Effect.provide(tampered(true)))
  )
})
