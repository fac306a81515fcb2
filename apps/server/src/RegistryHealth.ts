/**
 * Whether the service registry, and what lets us in to it, answers.
 */
import { CertificateLookup } from "@eformidling/port-registry/CertificateLookup"
import { ExchangeSettings } from "@eformidling/exchange/ExchangeSettings"
import { DateTime, Effect, Layer, Ref, Result, Schedule } from "effect"
import { type Component, Indicators } from "./Health.ts"
import { masked } from "@eformidling/receiver/Masking"

/** Between questions; a registry adapter that keeps answers is not asked more often than it likes. */
const every = "1 minute"

const notAsked: Component = { status: "UNKNOWN", details: { error: "not asked yet" } }

/** A refusal is an answer too: only silence, and what cannot be read, is trouble. */
const ask = Effect.fnUntraced(function* () {
  const { certificateOf } = yield* CertificateLookup
  const { organisasjonsnummer } = yield* ExchangeSettings
  const answer = yield* Effect.result(certificateOf(organisasjonsnummer))
  const asked = DateTime.formatIso(yield* DateTime.now)
  const answered: Component = { status: "UP", details: { asked } }
  if (Result.isSuccess(answer) || answer.failure.reason._tag === "NotFound") return answered
  const silent: Component = { status: "UNKNOWN", details: { asked, error: masked(answer.failure.message) } }
  return silent
})

/**
 * Adds the component `serviceRegistry`, which tells of the latest question and is never asked by a health check itself.
 *
 * UNKNOWN while the registry does not answer: messages are still taken from those it has told about before, and the
 * server is no better for being restarted.
 */
export const layer = Layer.effect(
  Indicators,
  Effect.gen(function* () {
    const others = yield* Indicators
    const latest = yield* Ref.make(notAsked)
    yield* ask().pipe(
      Effect.flatMap((component) => Ref.set(latest, component)),
      Effect.repeat(Schedule.spaced(every)),
      Effect.forkScoped
    )
    return { ...others, serviceRegistry: Ref.get(latest) }
  })
)
