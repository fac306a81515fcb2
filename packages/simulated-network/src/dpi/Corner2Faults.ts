/**
 * Ways in which corner 2, the mailboxes and the print house can fail, as data.
 */
import { NodeHttpServerRequest } from "@effect/platform-node"
import { Data, type Duration, Effect, Ref, Stream } from "effect"
import { HttpServerRequest, HttpServerResponse } from "effect/http"

/** What corner 2 is asked to do. */
export type Operation = "send" | "statuses" | "receipts" | "markRead"

/** What goes wrong with one request. */
export type RequestFault = Data.TaggedEnum<{
  /** This is the answer, and nothing is done. A problem document unless a body is named. */
  Answers: { readonly status: number; readonly body?: string | undefined; readonly contentType?: string | undefined }
  /** Nothing is done and no answer comes. */
  Hangs: {}
  /** The answer begins and never ends. */
  HangsInAnswer: {}
  /** The connection is cut before the request is read. */
  Resets: {}
  /** What was asked is done, and the connection is cut instead of answering. */
  LosesAnswer: {}
  /** The right answer comes late. */
  Slow: { readonly delay: Duration.Input }
}>
export const RequestFault = Data.taggedEnum<RequestFault>()

/** What goes wrong with the kvitteringer of one letter. Every letter gets its right ones too, but for `Fails`. */
export type ReceiptFault = Data.TaggedEnum<{
  /** Each is listed twice. */
  Duplicated: {}
  /** The last comes first. */
  OutOfOrder: {}
  /** One more of a type that nobody knows. */
  UnknownType: {}
  /** One more whose signature does not fit. */
  BadSignature: {}
  /** One more about a conversation that nobody has had. */
  UnknownConversation: {}
  /** One more that tells that a notification failed. */
  NotNotified: {}
  /** One more that tells that a print letter came back. */
  Returned: {}
  /** Instead of the right ones, one that tells of an error at the supplier. The letter is not delivered. */
  Fails: {}
}>
export const ReceiptFault = Data.taggedEnum<ReceiptFault>()

/** When a fault happens. */
export interface Rule<F> {
  readonly fault: F
  /** From 0 to 1; always unless set. */
  readonly probability?: number | undefined
  /** Then never more; without end unless set. */
  readonly times?: number | undefined
}

/** A rule about requests; about all operations unless some are named. */
export interface RequestRule extends Rule<RequestFault> {
  readonly on?: ReadonlyArray<Operation> | undefined
}

/** Everything that is to go wrong. Of the rules about a request the first that strikes counts; about receipts, all. */
export interface Plan {
  readonly requests?: ReadonlyArray<RequestRule> | undefined
  readonly receipts?: ReadonlyArray<Rule<ReceiptFault>> | undefined
  /** The same seed strikes the same way; 1 unless set. */
  readonly seed?: number | undefined
}

/** Numbers from 0 up to 1 that follow from a seed (a 32-bit mixing generator). */
const numbers = (seed: number) => {
  let state = seed >>> 0
  return (): number => {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32
  }
}

const inForce = (plan: Plan) => {
  const next = numbers(plan.seed ?? 1)
  const left = new Map<Rule<unknown>, number>()
  const strikes = (rule: Rule<unknown>): boolean => {
    const times = left.get(rule) ?? rule.times ?? Infinity
    if (times <= 0 || next() >= (rule.probability ?? 1)) return false
    left.set(rule, times - 1)
    return true
  }
  return {
    request: (operation: Operation): RequestFault | undefined =>
      plan.requests?.find((rule) => (rule.on === undefined || rule.on.includes(operation)) && strikes(rule))?.fault,
    receipts: (): ReadonlyArray<ReceiptFault["_tag"]> =>
      (plan.receipts ?? []).filter(strikes).map(({ fault }) => fault._tag)
  }
}

const cut = (request: HttpServerRequest.HttpServerRequest) =>
  Effect.andThen(
    Effect.sync(() => NodeHttpServerRequest.toIncomingMessage(request).socket.destroy()),
    Effect.never
  )

/** A problem document. Source: dpi 6.6. */
export const problem = (status: number, title: string, detail: string) =>
  HttpServerResponse.text(JSON.stringify({ type: "about:blank", title, status, detail }), {
    status,
    contentType: "application/problem+json"
  })

/** Faults by the plan of the day; none at first. */
export const make = Effect.gen(function* () {
  const current = yield* Ref.make(inForce({}))

  /** Puts the plan's faults around a handler. */
  const around = <E, R>(operation: Operation, handler: Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>) =>
    Effect.gen(function* () {
      const request = yield* HttpServerRequest.HttpServerRequest
      const fault = (yield* Ref.get(current)).request(operation)
      switch (fault?._tag) {
        case undefined:
          return yield* handler
        case "Answers":
          return fault.body === undefined
            ? problem(fault.status, "Simulated", "told to answer so")
            : HttpServerResponse.text(fault.body, {
                status: fault.status,
                contentType: fault.contentType ?? "application/json"
              })
        case "Hangs":
          return yield* Effect.never
        case "HangsInAnswer":
          return HttpServerResponse.stream(Stream.concat(Stream.make(Buffer.from("[")), Stream.never), {
            contentType: "application/json"
          })
        case "Resets":
          return yield* cut(request)
        case "LosesAnswer":
          return yield* Effect.andThen(handler, cut(request))
        case "Slow":
          return yield* Effect.delay(handler, fault.delay)
      }
    })

  return {
    around,
    plan: (plan: Plan) => Ref.set(current, inForce(plan)),
    /** What befalls the receipts of one letter. */
    receipts: Effect.map(Ref.get(current), (plan) => plan.receipts())
  }
})
