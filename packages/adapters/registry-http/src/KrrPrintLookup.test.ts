import { PrintLookup } from "@eformidling/port-registry/PrintLookup"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Ref } from "effect"
import { HttpClient, HttpClientResponse } from "effect/http"
import { TestClock } from "effect/testing"
import * as KrrPrintLookup from "./KrrPrintLookup.ts"

const printUrl = "https://krr.test/rest/v2/printSertifikat"

/** A lookup over a KRR that answers each attempt by its number, counted from one. */
const over = Effect.fnUntraced(function* (answer: (attempt: number) => Response) {
  const requests = yield* Ref.make<ReadonlyArray<string>>([])
  const client = HttpClient.make((request, url) =>
    Ref.updateAndGet(requests, (all) => [...all, `${request.headers["accept"]} ${url.href}`]).pipe(
      Effect.map((all) => HttpClientResponse.fromWeb(request, answer(all.length)))
    )
  )
  const lookup = yield* PrintLookup.pipe(
    Effect.provide(KrrPrintLookup.layer({ printUrl, timeout: Duration.seconds(35) })),
    Effect.provideService(HttpClient.HttpClient, client)
  )
  return { lookup, requests }
})

const good = (certificate: string) =>
  new Response(JSON.stringify({ postkasseleverandoerAdresse: "974761076", x509Sertifikat: certificate, ny: 1 }))

describe("KrrPrintLookup", () => {
  it.effect("tries ten times more, three seconds apart, and gives up within thirty seconds (DPI-109)", () =>
    Effect.gen(function* () {
      const { lookup, requests } = yield* over(() => new Response("", { status: 503 }))
      const asking = yield* Effect.forkChild(Effect.flip(lookup.printSupplier))
      yield* TestClock.adjust("2 seconds")
      assert.lengthOf(yield* Ref.get(requests), 1)
      yield* TestClock.adjust("1 second")
      assert.lengthOf(yield* Ref.get(requests), 2)
      yield* TestClock.adjust("27 seconds")
      assert.strictEqual((yield* Fiber.join(asking)).reason._tag, "RegistryUnavailable")
      const attempts = (yield* Ref.get(requests)).length
      assert.isAtLeast(attempts, 10)
      assert.isAtMost(attempts, 11)
    })
  )

  it.effect("gives the supplier once KRR is back, asked without a token, its bare certificate wrapped (DPI-54)", () =>
    Effect.gen(function* () {
      const { lookup, requests } = yield* over((attempt) =>
        attempt < 3 ? new Response("", { status: 500 }) : good("QUJD")
      )
      const asking = yield* Effect.forkChild(lookup.printSupplier)
      yield* TestClock.adjust("6 seconds")
      assert.deepStrictEqual(yield* Fiber.join(asking), {
        organisasjonsnummer: "974761076",
        certificate: "-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n"
      })
      assert.strictEqual((yield* Ref.get(requests))[0], `application/json ${printUrl}`)
    })
  )

  it.effect("does not try again what will be refused again", () =>
    Effect.gen(function* () {
      const { lookup, requests } = yield* over(() => new Response("", { status: 404 }))
      const { reason } = yield* Effect.flip(lookup.printSupplier)
      assert.strictEqual(reason._tag, "Refused")
      assert.lengthOf(yield* Ref.get(requests), 1)
    })
  )

  it.effect.each([
    "<html>",
    "{}",
    `{"postkasseleverandoerAdresse":"974761076"}`,
    `{"postkasseleverandoerAdresse":"974761076","x509Sertifikat":" "}`,
    `{"postkasseleverandoerAdresse":"digipost","x509Sertifikat":"QUJD"}`
  ])("does not read a print house into %s", (body) =>
    Effect.gen(function* () {
      const { lookup } = yield* over(() => new Response(body))
      assert.strictEqual((yield* Effect.flip(lookup.printSupplier)).reason._tag, "Unreadable")
    })
  )

  it.effect("asks once for many askers at once", () =>
    Effect.gen(function* () {
      const { lookup, requests } = yield* over(() => good("QUJD"))
      yield* Effect.all(
        Array.from({ length: 10 }, () => lookup.printSupplier),
        { concurrency: "unbounded" }
      )
      assert.lengthOf(yield* Ref.get(requests), 1)
    })
  )
})
