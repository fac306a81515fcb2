/**
 * The print house, from kontakt- og reservasjonsregisteret.
 *
 * Source: dpi 9.
 */
import { PrintLookup } from "@eformidling/port-registry/PrintLookup"
import { Refused, RegistryError, RegistryUnavailable, Unreadable } from "@eformidling/port-registry/RegistryError"
import { Cache, type Duration, Effect, Exit, Layer, Schedule, Schema } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { exchange, statusLine } from "./internal/http.ts"
import { withLines } from "./internal/pem.ts"

/** How KRR is reached. */
export interface KrrSettings {
  /** Of `printSertifikat`. */
  readonly printUrl: string
  /** For one exchange, connecting included. */
  readonly timeout: Duration.Duration
}

const PrintDetails = Schema.fromJsonString(
  Schema.Struct({
    postkasseleverandoerAdresse: Schema.String.check(Schema.isPattern(/^\d{9}$/)),
    x509Sertifikat: Schema.String.check(Schema.isPattern(/\S/))
  })
)

const unavailable = (detail: string, cause?: unknown) =>
  new RegistryError({ reason: new RegistryUnavailable({ detail, ...(cause === undefined ? {} : { cause }) }) })

const make = Effect.fnUntraced(function* ({ printUrl, timeout }: KrrSettings) {
  const client = yield* HttpClient.HttpClient

  const attempt = Effect.fnUntraced(function* (url: string) {
    const request = HttpClientRequest.get(url, { headers: { accept: "application/json" } })
    const { body, status } = yield* exchange(client, request, timeout, "KRR").pipe(
      Effect.mapError(({ cause, detail }) => unavailable(detail, cause))
    )
    if (status >= 500 || status === 429) return yield* unavailable(`KRR answered ${statusLine(status)}`)
    if (status !== 200) {
      const detail = `KRR answered ${statusLine(status)} about the print house. Check the address ${url}`
      return yield* new RegistryError({ reason: new Refused({ status, detail }) })
    }
    const { postkasseleverandoerAdresse, x509Sertifikat } = yield* Schema.decodeUnknownEffect(PrintDetails)(body).pipe(
      Effect.mapError(
        () =>
          new RegistryError({
            reason: new Unreadable({ detail: "KRR's answer does not hold the print house and its certificate" })
          })
      )
    )
    return { organisasjonsnummer: postkasseleverandoerAdresse, certificate: withLines(x509Sertifikat) }
  })

  const patient = (url: string) =>
    attempt(url).pipe(
      Effect.retry({
        schedule: Schedule.spaced("3 seconds").pipe(Schedule.upTo({ times: 10 })),
        while: (error) => error.reason._tag === "RegistryUnavailable"
      }),
      Effect.timeoutOrElse({
        duration: "30 seconds",
        orElse: () => Effect.fail(unavailable("KRR has been out of reach for 30 seconds"))
      })
    )

  const kept = yield* Cache.makeWith(patient, {
    capacity: 1,
    timeToLive: (exit) => (Exit.isSuccess(exit) ? "5 minutes" : 0)
  })
  return PrintLookup.of({
    printSupplier: Cache.get(kept, printUrl).pipe(Effect.withSpan("KrrPrintLookup.printSupplier"))
  })
})

/** Asks KRR, ten times more with three seconds between while it is away, and for thirty seconds in all. */
export const layer = (settings: KrrSettings): Layer.Layer<PrintLookup, never, HttpClient.HttpClient> =>
  Layer.effect(PrintLookup, make(settings))
