import { MessageId } from "@eformidling/domain/MessageId"
import { MessageSender } from "@eformidling/port-transport/MessageSender"
import { StatusSource } from "@eformidling/port-transport/StatusSource"
import { assert, layer } from "@effect/vitest"
import { Corner2 } from "@eformidling/simulated-network/dpi/Corner2"
import { Effect, Layer } from "effect"
import { decodeJwt } from "jose"
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { createHash } from "node:crypto"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { outgoing } from "./internal/letters.testing.ts"
import { door, network, sending } from "./internal/network.testing.ts"

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "corner 2 "))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true }))
)

interface Body {
  readonly dokumentpakkefingeravtrykk: { readonly digestValue: string }
}

layer(door.pipe(Layer.provideMerge(network())), { excludeTestServices: true })("FileCorner2", (it) => {
  it.effect("writes each letter as two files that belong together, and asks corner 2 nothing", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "utboks")
      const channel = sending({ corner2Type: "file", uri: String(pathToFileURL(path)) })
      yield* Effect.gen(function* () {
        const { send } = yield* MessageSender
        yield* send(yield* outgoing())
        yield* send(yield* outgoing({ type: "print" }))
        const { statusesOf } = yield* StatusSource
        assert.deepStrictEqual(yield* statusesOf(MessageId.make("0a7b1c52-5f0a-4a0e-9b7e-3a1d3c0f6a11")), [])
      }).pipe(Effect.provide(channel))
      const names = readdirSync(path)
      assert.deepStrictEqual(names.map((name) => name.slice(37)).sort(), [
        "digital.asic.cms",
        "digital.jwt",
        "utskrift.asic.cms",
        "utskrift.jwt"
      ])
      for (const jwt of names.filter((name) => name.endsWith(".jwt"))) {
        const { standardBusinessDocument } = decodeJwt<{ standardBusinessDocument: Record<string, Body> }>(
          readFileSync(join(path, jwt), "utf8")
        )
        const body = standardBusinessDocument["digital"] ?? standardBusinessDocument["utskrift"]
        const cms = readFileSync(join(path, jwt.replace(/\.jwt$/, ".asic.cms")))
        assert.strictEqual(
          body?.dokumentpakkefingeravtrykk.digestValue,
          createHash("sha256").update(cms).digest("base64")
        )
      }
      assert.deepStrictEqual(yield* (yield* Corner2).faults.requests, [])
    }).pipe(Effect.scoped)
  )

  it.effect("reports a folder that cannot be written as unavailable", () =>
    Effect.gen(function* () {
      const channel = sending({ corner2Type: "file", uri: "file:///dev/null/utboks" })
      const error = yield* Effect.flip(
        Effect.gen(function* () {
          yield* (yield* MessageSender).send(yield* outgoing())
        }).pipe(Effect.provide(channel))
      )
      assert.strictEqual(error.reason._tag, "Unavailable")
    })
  )
})
