/**
 * The calls a case system makes, over and over until they get through.
 */
import { Duration, Effect, Schedule, Schema } from "effect"
import { HttpBody, HttpClient, HttpClientRequest } from "effect/http"
import type { Message } from "./Messages.ts"

/** The server answered that this will not do. */
export class Refused extends Schema.TaggedError<Refused>()("Refused", { what: Schema.String, answer: Schema.String }) {
  override get message(): string {
    return `${this.what}: ${this.answer}`
  }
}

/** Nobody answered for a whole minute. */
export class Unreachable extends Schema.TaggedError<Unreachable>()("Unreachable", { what: Schema.String }) {
  override get message(): string {
    return `${this.what}: nobody answers. Is the sandbox running? Start it with npm start.`
  }
}

/** A server that is down is given this long to come back. */
const patience = { schedule: Schedule.spaced("500 millis"), times: 120 }

const ok = (status: number): boolean => status >= 200 && status < 300

const answerTo = Effect.fnUntraced(function* (request: HttpClientRequest.HttpClientRequest) {
  const client = yield* HttpClient.HttpClient
  const what = `${request.method} ${request.url}`
  const attempt = Effect.gen(function* () {
    const response = yield* client.execute(request)
    return { status: response.status, text: yield* response.text }
  }).pipe(
    Effect.timeout(Duration.seconds(10)),
    Effect.filterOrFail(
      ({ status }) => status < 500,
      () => new Unreachable({ what })
    )
  )
  return yield* attempt.pipe(
    Effect.retry(patience),
    Effect.mapError(() => new Unreachable({ what }))
  )
})

const demanded = Effect.fnUntraced(function* (request: HttpClientRequest.HttpClientRequest) {
  const { status, text } = yield* answerTo(request)
  if (ok(status)) return text
  return yield* new Refused({ what: `${request.method} ${request.url}`, answer: `${status} ${text}` })
})

const bodyOf = (message: Message): FormData => {
  const form = new FormData()
  form.append("sbd", JSON.stringify(message.sbd))
  for (const { bytes, filename, mimeType, title } of message.files) {
    form.append(title, new Blob([new Uint8Array(bytes)], { type: mimeType }), filename)
  }
  return form
}

/** Creates and sends in one call. A message that is there already was taken by an earlier call whose answer was lost. */
export const send = Effect.fn("Client.send")(function* (server: string, message: Message) {
  const request = HttpClientRequest.post(`${server}/api/messages/out/multipart`, {
    body: HttpBody.formData(bodyOf(message))
  })
  const { status, text } = yield* answerTo(request)
  if (ok(status) || text.includes("MessageAlreadyExistsException")) return
  return yield* new Refused({ what: `sending the ${message.name}`, answer: `${status} ${text}` })
})

const Statuses = Schema.fromJsonString(
  Schema.Struct({ content: Schema.Array(Schema.Struct({ id: Schema.Int, status: Schema.String })) })
)

/** The statuses a message has had, oldest first. */
export const statuses = (server: string, messageId: string) =>
  demanded(HttpClientRequest.get(`${server}/api/statuses`, { urlParams: { messageId, size: "50" } })).pipe(
    Effect.flatMap(Schema.decodeUnknownEffect(Statuses)),
    Effect.map(({ content }) => content.toSorted((one, other) => one.id - other.id).map(({ status }) => status))
  )

const Waiting = Schema.fromJsonString(Schema.Struct({ totalElements: Schema.Int }))

/** Locks an incoming message, or finds it locked by an earlier call of ours. False while it has not come. */
export const peek = Effect.fn("Client.peek")(function* (server: string, messageId: string) {
  const urlParams = { messageId }
  const listed = yield* demanded(HttpClientRequest.get(`${server}/api/messages/in`, { urlParams }))
  if ((yield* Schema.decodeUnknownEffect(Waiting)(listed)).totalElements === 0) return false
  yield* demanded(HttpClientRequest.get(`${server}/api/messages/in/peek`, { urlParams }))
  return true
})

/** Fetches the documents of a locked message. */
export const pop = (server: string, messageId: string) =>
  demanded(HttpClientRequest.get(`${server}/api/messages/in/pop/${messageId}`))

/** Says that an incoming message is safe with us. One that is gone was taken away by an earlier call. */
export const remove = Effect.fn("Client.remove")(function* (server: string, messageId: string) {
  const { status, text } = yield* answerTo(HttpClientRequest.delete(`${server}/api/messages/in/${messageId}`))
  if (ok(status) || status === 404) return
  return yield* new Refused({ what: `confirming ${messageId}`, answer: `${status} ${text}` })
})

const Mailboxes = Schema.fromJsonString(Schema.Array(Schema.Struct({ messageId: Schema.String })))

/** How many copies of a letter have reached its recipient. */
export const copies = (network: string, messageId: string) =>
  demanded(HttpClientRequest.get(`${network}/mailboxes`)).pipe(
    Effect.flatMap(Schema.decodeUnknownEffect(Mailboxes)),
    Effect.map((letters) => letters.filter((letter) => letter.messageId === messageId).length)
  )
