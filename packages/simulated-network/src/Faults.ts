/**
 * Ways in which a simulated service can fail to do its work.
 */
import { NodeHttpServerRequest } from "@effect/platform-node"
import { Context, Data, type Duration, Effect, Option, Ref } from "effect"
import { HttpServerRequest, HttpServerResponse } from "effect/http"

/** What goes wrong with every request until told otherwise. */
export type Fault = Data.TaggedEnum<{
  /** The connection is cut without an answer. */
  Down: {}
  /** The right answer comes late. */
  Slow: { readonly delay: Duration.Input }
  /** This is the answer, whatever was asked. */
  Answers: { readonly status: number; readonly body: string; readonly contentType?: string | undefined }
  /** The right answer, with a signature that does not fit it. Like no fault where nothing is signed. */
  BadSignature: {}
}>
export const Fault = Data.taggedEnum<Fault>()

/** Says what goes wrong with one simulated service, and what it has been asked. */
export interface Faults {
  readonly set: (fault: Fault) => Effect.Effect<void>
  readonly clear: Effect.Effect<void>
  /** Requests so far, met by a fault or not: method, path and query, and the headers. */
  readonly requests: Effect.Effect<ReadonlyArray<SeenRequest>>
}

/** A request as it came. */
export interface SeenRequest {
  readonly method: string
  /** Path and query, undecoded. */
  readonly url: string
  readonly headers: Readonly<Record<string, string | undefined>>
}

/** Whether answers are to be signed wrongly. */
export const SignsWrongly = Context.Reference<boolean>("@eformidling/simulated-network/Faults/SignsWrongly", {
  defaultValue: () => false
})

const cut = (request: HttpServerRequest.HttpServerRequest) =>
  Effect.sync(() => NodeHttpServerRequest.toIncomingMessage(request).socket.destroy()).pipe(
    Effect.andThen(Effect.never)
  )

/** Faults, and a wrapper that puts them around a service's handlers. */
export const make = Effect.gen(function* () {
  const current = yield* Ref.make(Option.none<Fault>())
  const requests = yield* Ref.make<ReadonlyArray<SeenRequest>>([])
  const faults: Faults = {
    set: (fault) => Ref.set(current, Option.some(fault)),
    clear: Ref.set(current, Option.none()),
    requests: Ref.get(requests)
  }
  const around = <E, R>(handler: Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>) =>
    Effect.gen(function* () {
      const request = yield* HttpServerRequest.HttpServerRequest
      const url = NodeHttpServerRequest.toIncomingMessage(request).url ?? ""
      const seen = { method: request.method, url, headers: { ...request.headers } }
      yield* Ref.update(requests, (all) => [...all, seen])
      const fault = yield* Ref.get(current)
      if (Option.isNone(fault)) return yield* handler
      switch (fault.value._tag) {
        case "Down":
          return yield* cut(request)
        case "Slow":
          return yield* Effect.delay(handler, fault.value.delay)
        case "Answers": {
          const { body, contentType, status } = fault.value
          return HttpServerResponse.text(body, { status, contentType: contentType ?? "application/json" })
        }
        case "BadSignature":
          return yield* Effect.provideService(handler, SignsWrongly, true)
      }
    })
  return { faults, around }
})
