import { randomUUID } from "node:crypto"
import type { DpiMessageType } from "@eformidling/domain/dpi/DpiMessage"
import type { MessageId } from "@eformidling/domain/MessageId"
import type { TransportError } from "@eformidling/port-transport/TransportError"
import { Effect, Option, type Redacted, Schema, Stream } from "effect"
import { HttpBody, HttpClient, HttpClientRequest } from "effect/http"
import * as Corner2Failure from "./Corner2Failure.ts"
import type { DpiSettings } from "./DpiSettings.ts"
import * as Multipart from "./Multipart.ts"

/** A sealed message as it goes on the wire. */
export interface Submission {
  readonly type: DpiMessageType
  readonly kanal: string | undefined
  readonly token: Redacted.Redacted<string>
  readonly forretningsmelding: string
  readonly dokumentpakke: {
    /** Bytes. */
    readonly size: number
    readonly content: Stream.Stream<Uint8Array, unknown>
  }
}

/** Which receipts are asked for. */
export interface ReceiptQuery {
  readonly kanal: string | undefined
  readonly avsenderidentifikator: string | undefined
  /** 0 on the first; not sent then. */
  readonly page: number
}

const StatusItem = Schema.Struct({
  status: Schema.String,
  timestamp: Schema.optionalKey(Schema.NullOr(Schema.String)),
  beskrivelse: Schema.optionalKey(Schema.NullOr(Schema.String))
})
export type StatusItem = typeof StatusItem.Type

const ReceiptItem = Schema.Struct({ forretningsmelding: Schema.optionalKey(Schema.NullOr(Schema.String)) })
export type ReceiptItem = typeof ReceiptItem.Type

const decodeReceiptItem = Schema.decodeUnknownOption(ReceiptItem)

/** What corner 2 can be asked to do. One request each, no repeating. */
export interface Corner2 {
  readonly send: (submission: Submission) => Effect.Effect<void, TransportError>
  /** Oldest first; empty when corner 2 does not know the message. */
  readonly statuses: (
    messageId: MessageId,
    token: Redacted.Redacted<string>
  ) => Effect.Effect<ReadonlyArray<StatusItem>, TransportError>
  readonly receipts: (
    query: ReceiptQuery,
    token: Redacted.Redacted<string>
  ) => Effect.Effect<ReadonlyArray<ReceiptItem>, TransportError>
  /** Success also when corner 2 does not know the receipt. */
  readonly markRead: (id: string, token: Redacted.Redacted<string>) => Effect.Effect<void, TransportError>
}

interface Answer {
  readonly status: number
  readonly body: string
}

/** One object stands for an array of one. Source: dpi 6.4. */
const oneOrMany = (json: unknown): ReadonlyArray<unknown> => (Array.isArray(json) ? json : [json])

const listIn = (what: string, { body, status }: Answer): Effect.Effect<ReadonlyArray<unknown>, TransportError> =>
  status === 204 || body.trim() === ""
    ? Effect.succeed([])
    : Effect.try({
        try: () => oneOrMany(JSON.parse(body)),
        catch: () => Corner2Failure.unreadable(what)
      })

/**
 * Corner 2's HTTP interface.
 *
 * A request has its time from its start to the last byte of its answer. Redirects are answers like others: not followed.
 *
 * Source: dpi 6.
 */
export const make = Effect.fnUntraced(function* (
  settings: DpiSettings
): Effect.fn.Return<Corner2, never, HttpClient.HttpClient> {
  const http = yield* HttpClient.HttpClient

  const call = Effect.fnUntraced(
    function* (
      request: HttpClientRequest.HttpClientRequest,
      token: Redacted.Redacted<string>,
      also: ReadonlyArray<number>
    ) {
      const response = yield* Effect.mapError(
        http.execute(HttpClientRequest.bearerToken(request, token)),
        Corner2Failure.fromClientError
      )
      const { status } = response
      const isSuccess = (status >= 200 && status < 300) || also.includes(status)
      if (isSuccess) {
        const body = yield* Effect.mapError(response.text, Corner2Failure.fromClientError)
        return { status, body } satisfies Answer
      }
      const body = yield* Effect.orElseSucceed(response.text, () => "")
      return yield* Corner2Failure.fromStatus({ status, method: request.method, url: request.url, body })
    },
    (effect, request) =>
      Effect.timeoutOrElse(effect, {
        duration: settings.timeout,
        orElse: () => Effect.fail(Corner2Failure.timedOut(request.method, request.url))
      }),
    Effect.provideService(HttpClient.TracerPropagationEnabled, false)
  )

  const url = (path: string): string => `${settings.uri.replace(/\/+$/, "")}${path}`

  const send = Effect.fn("Corner2.send")(function* (submission: Submission) {
    const boundary = yield* Effect.sync(randomUUID)
    const forretningsmelding = Buffer.from(submission.forretningsmelding)
    const form = Multipart.form<unknown>(boundary, [
      {
        name: "forretningsmelding",
        filename: "sbd.jwt",
        contentType: "application/jwt",
        length: forretningsmelding.length,
        content: Stream.succeed(forretningsmelding)
      },
      {
        name: "dokumentpakke",
        filename: "asic.cms",
        contentType: "application/cms",
        length: submission.dokumentpakke.size,
        content: submission.dokumentpakke.content
      }
    ])
    const request = HttpClientRequest.post(url("/messages/out"), {
      urlParams: submission.kanal === undefined ? {} : { kanal: submission.kanal },
      body: HttpBody.stream(form.content, form.contentType, form.length)
    })
    yield* call(request, submission.token, [])
  })

  const statuses = Effect.fn("Corner2.statuses")(function* (messageId: MessageId, token: Redacted.Redacted<string>) {
    const request = HttpClientRequest.get(url(`/messages/out/${encodeURIComponent(messageId)}/statuses`))
    const answer = yield* call(request, token, [404])
    if (answer.status === 404) return []
    const items = yield* listIn("the status list", answer)
    return yield* Effect.mapError(Schema.decodeUnknownEffect(Schema.Array(StatusItem))(items), () =>
      Corner2Failure.unreadable("the status list")
    )
  })

  const receipts = Effect.fn("Corner2.receipts")(function* (query: ReceiptQuery, token: Redacted.Redacted<string>) {
    const request = HttpClientRequest.get(url("/messages/in"), {
      urlParams: [
        ...(query.avsenderidentifikator === undefined
          ? []
          : [["avsenderidentifikator", query.avsenderidentifikator] as const]),
        ...(query.kanal === undefined ? [] : [["kanal", query.kanal] as const]),
        ["page_size", String(settings.pageSize)] as const,
        ...(query.page === 0 ? [] : [["page", String(query.page)] as const])
      ]
    })
    const items = yield* Effect.flatMap(call(request, token, []), (answer) => listIn("the receipt list", answer))
    return items.map((item) => Option.getOrElse(decodeReceiptItem(item), (): ReceiptItem => ({})))
  })

  const markRead = Effect.fn("Corner2.markRead")(function* (id: string, token: Redacted.Redacted<string>) {
    yield* call(HttpClientRequest.post(url(`/messages/in/${encodeURIComponent(id)}/read`)), token, [404])
  })

  return { send, statuses, receipts, markRead }
})
