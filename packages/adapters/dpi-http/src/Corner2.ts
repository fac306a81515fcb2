import { randomUUID } from "node:crypto"
import { Corner2Status } from "@eformidling/domain/dpi/Corner2Status"
import type { MessageId } from "@eformidling/domain/MessageId"
import { Rejected, TransportError } from "@eformidling/port-transport/TransportError"
import { Effect, Redacted, Schema, Stream } from "effect"
import { HttpBody, HttpClient, HttpClientRequest, type HttpClientResponse } from "effect/http"
import * as Corner2Failure from "./Corner2Failure.ts"
import type { DpiSettings } from "./DpiSettings.ts"
import * as Multipart from "./Multipart.ts"

/** A sealed message as it goes on the wire. */
export interface Submission {
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
  status: Corner2Status,
  timestamp: Schema.optionalKey(Schema.NullOr(Schema.String)),
  beskrivelse: Schema.optionalKey(Schema.NullOr(Schema.String))
})
export type StatusItem = typeof StatusItem.Type

const ReceiptItem = Schema.Struct({ forretningsmelding: Schema.optionalKey(Schema.NullOr(Schema.String)) })
export type ReceiptItem = typeof ReceiptItem.Type

/** One object stands for an array of one. Source: dpi 6.4. */
const oneOrMany = (json: unknown): unknown => (Array.isArray(json) ? json : [json])

const unreadable = (what: string) => (cause: unknown) =>
  new TransportError({
    reason: new Rejected({ code: "Unreadable", detail: `${what} from corner 2 cannot be read`, cause })
  })

/**
 * Corner 2's HTTP interface: one request each, no repeating.
 *
 * Source: dpi 6.
 */
export const make = Effect.fnUntraced(function*(settings: DpiSettings) {
  const http = yield* HttpClient.HttpClient

  const call = Effect.fnUntraced(
    function*(request: HttpClientRequest.HttpClientRequest, token: Redacted.Redacted<string>, also: ReadonlyArray<number>) {
      const response = yield* Effect.mapError(
        http.execute(HttpClientRequest.bearerToken(request, token)),
        Corner2Failure.fromClientError
      )
      if ((response.status >= 200 && response.status < 300) || also.includes(response.status)) return response
      const body = yield* Effect.orElseSucceed(response.text, () => "")
      return yield* Corner2Failure.fromStatus({
        status: response.status,
        method: request.method,
        url: request.url,
        body
      })
    },
    (effect, request) =>
      Effect.timeoutOrElse(effect, {
        duration: settings.timeout,
        orElse: () => Effect.fail(Corner2Failure.timedOut(request.method, request.url))
      })
  )

  const json = (what: string) => (response: HttpClientResponse.HttpClientResponse) =>
    response.status === 204
      ? Effect.succeed([])
      : Effect.mapError(Effect.map(response.json, oneOrMany), unreadable(what))

  const url = (path: string): string => `${settings.uri.replace(/\/+$/, "")}${path}`

  const send = Effect.fn("Corner2.send")(function*(submission: Submission) {
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
    yield* Effect.scoped(call(request, submission.token, []))
  })

  const statuses = Effect.fn("Corner2.statuses")(
    function*(messageId: MessageId, token: Redacted.Redacted<string>) {
      const request = HttpClientRequest.get(url(`/messages/out/${encodeURIComponent(messageId)}/statuses`))
      const response = yield* call(request, token, [404])
      if (response.status === 404) return []
      return yield* Effect.flatMap(json("the status list")(response), (items) =>
        Effect.mapError(
          Schema.decodeUnknownEffect(Schema.Array(StatusItem))(items),
          unreadable("the status list")
        ))
    },
    Effect.scoped
  )

  const receipts = Effect.fn("Corner2.receipts")(
    function*(query: ReceiptQuery, token: Redacted.Redacted<string>) {
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
      const items = yield* Effect.flatMap(call(request, token, []), json("the receipt list"))
      return yield* Effect.mapError(
        Schema.decodeUnknownEffect(Schema.Array(ReceiptItem))(items),
        unreadable("the receipt list")
      )
    },
    Effect.scoped
  )

  const markRead = Effect.fn("Corner2.markRead")(
    function*(id: string, token: Redacted.Redacted<string>) {
      yield* call(HttpClientRequest.post(url(`/messages/in/${encodeURIComponent(id)}/read`)), token, [404])
    },
    Effect.scoped
  )

  return { send, statuses, receipts, markRead }
})

export type Corner2 = Effect.Success<ReturnType<typeof make>>
