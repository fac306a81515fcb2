import { Result } from "effect"
import { createServer } from "node:http"
import type { IncomingMessage, Server, ServerResponse } from "node:http"
import type { Message } from "../Message.ts"
import { allows, verify } from "../Sas.ts"
import type { Right } from "../Sas.ts"
import { parseAddress } from "./address.ts"
import type { FrontSurroundings } from "./amqpFront.ts"
import { decode, encode, readMessage } from "./amqpMessage.ts"
import { readDate, readProperties, writeProperties } from "./brokerProperties.ts"
import type { SentProperties } from "./brokerProperties.ts"
import { condition } from "./conditions.ts"
import type { Refusal } from "./conditions.ts"
import type { Entity } from "./entity.ts"
import type { Settlement } from "./namespace.ts"

/** A request that was let in. */
interface Exchange {
  readonly entity: Entity
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly url: URL
}

/** Milliseconds past its expiry a token is still taken. Source: dpe 2.5. */
const tokenTolerance = 128_000
const defaultWaitSeconds = 60

const statuses: Readonly<Record<string, number>> = {
  [condition.resourceLimitExceeded]: 403,
  [condition.entityDisabled]: 403,
  [condition.notFound]: 404,
  [condition.messageLockLost]: 404,
  [condition.messageSizeExceeded]: 413,
  [condition.notAllowed]: 400,
  [condition.decodeError]: 400,
  [condition.unauthorizedAccess]: 401,
  [condition.serverBusy]: 503
}

const refuse = (response: ServerResponse, status: number, detail: string): void => {
  if (response.headersSent || response.destroyed) return
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(`${detail}\n`)
}

const answer = (response: ServerResponse, refusal: Refusal | undefined, status: number): void => {
  if (refusal !== undefined) refuse(response, statuses[refusal.condition] ?? 500, refusal.description)
  else if (!response.destroyed) response.writeHead(status).end()
}

const headerOf = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name]
  return Array.isArray(value) ? value[0] : value
}

/** Serves the REST data plane on the same queues. Source: servicebus-amqp 15. */
export class RestFront {
  readonly server: Server
  readonly #around: FrontSurroundings

  constructor(around: FrontSurroundings) {
    this.#around = around
    this.server = createServer((request, response) => this.#handle(request, response))
    this.server.requestTimeout = 0
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    const url = Result.getOrUndefined(
      Result.try(() => new URL(request.url ?? "/", `http://${request.headers.host ?? "localhost"}`))
    )
    const path =
      url === undefined ? undefined : Result.getOrUndefined(Result.try(() => decodeURIComponent(url.pathname)))
    const parts = path === undefined ? null : /^\/(.+?)\/messages(?:\/([^/]+))?(?:\/([^/]+))?\/?$/i.exec(path)
    const [, queue, id, token] = parts ?? []
    if (url === undefined || queue === undefined)
      return refuse(response, 404, "The path is not /<queue>/messages…: see the address.")
    const exchange = (right: Right): Exchange | undefined => this.#admit(request, response, url, queue, right)
    const head = id?.toLowerCase() === "head" && token === undefined
    const route = `${request.method} ${id === undefined ? "messages" : head ? "head" : token === undefined ? "?" : "lock"}`
    switch (route) {
      case "POST messages":
        return this.#when(exchange("Send"), (admitted) => this.#send(admitted))
      case "POST head":
        return this.#when(exchange("Listen"), (admitted) => this.#receive(admitted, "PeekLock"))
      case "DELETE head":
        return this.#when(exchange("Listen"), (admitted) => this.#receive(admitted, "ReceiveAndDelete"))
      case "DELETE lock":
        return this.#when(exchange("Listen"), (admitted) => this.#settle(admitted, id, token, { _tag: "Complete" }))
      case "PUT lock":
        return this.#when(exchange("Listen"), (admitted) =>
          this.#settle(admitted, id, token, { _tag: "Abandon", properties: {} })
        )
      case "POST lock":
        return this.#when(exchange("Listen"), (admitted) => this.#renew(admitted, id, token))
      default:
        return refuse(response, 405, `${request.method} is not a method of this path.`)
    }
  }

  #when(exchange: Exchange | undefined, run: (exchange: Exchange) => void): void {
    if (exchange !== undefined) run(exchange)
  }

  #admit(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    queue: string,
    right: Right
  ): Exchange | undefined {
    const { keys, namespace, tokenTime } = this.#around
    const token = headerOf(request, "authorization") ?? ""
    const audience = `http://${url.host}${decodeURIComponent(url.pathname)}`
    const verdict = verify(token, audience, keys(), tokenTime(), tokenTolerance)
    if (verdict._tag === "Refused") return void refuse(response, 401, verdict.problem)
    if (!allows(verdict.grant.rights, right))
      return void refuse(response, 401, `'${right}' claim(s) are required to perform this operation.`)
    const entity = namespace.find(parseAddress(queue))
    if (entity === undefined) return void refuse(response, 404, `The messaging entity '${queue}' could not be found.`)
    const refusal = namespace.refusalOf(entity)
    if (refusal !== undefined) return void answer(response, refusal, 200)
    return { entity, request, response, url }
  }

  #send({ entity, request, response }: Exchange): void {
    const limit = this.#around.namespace.around.maxMessageSize
    const properties = readProperties(headerOf(request, "brokerproperties"))
    if (properties === undefined)
      return refuse(response, 400, "The BrokerProperties header is not the JSON it should be.")
    if (parseAddress(entity.address).deadLetters)
      return refuse(response, 400, "Messages cannot be sent to a dead-letter queue.")
    const chunks: Array<Buffer> = []
    let size = 0
    request.on("data", (chunk: Buffer) => {
      size += chunk.length
      if (size <= limit) chunks.push(chunk)
    })
    request.on("end", () => {
      if (size > limit) return refuse(response, 413, `The message is larger than the ${limit} bytes the queue takes.`)
      this.#enqueue(entity, response, properties, headerOf(request, "content-type"), Buffer.concat(chunks))
    })
  }

  #enqueue(
    entity: Entity,
    response: ServerResponse,
    properties: SentProperties,
    contentType: string | undefined,
    body: Buffer
  ): void {
    const { namespace } = this.#around
    const content = readMessage(
      encode(
        {
          messageId: properties.MessageId ?? namespace.around.newToken().replaceAll("-", ""),
          contentType,
          correlationId: properties.CorrelationId ?? undefined,
          subject: properties.Label ?? undefined,
          to: properties.To ?? undefined,
          replyTo: properties.ReplyTo ?? undefined,
          sessionId: properties.SessionId ?? undefined,
          partitionKey: properties.PartitionKey ?? undefined,
          applicationProperties: {}
        },
        body
      )
    )
    if (Result.isFailure(content)) return refuse(response, 400, content.failure.message)
    const timeToLive = typeof properties.TimeToLive === "number" ? properties.TimeToLive * 1000 : undefined
    const scheduledFor = readDate(properties.ScheduledEnqueueTimeUtc ?? "")
    namespace.send(entity, [{ ...content.success, timeToLive, scheduledFor }], (refusal) =>
      answer(response, refusal, 201)
    )
  }

  #receive({ entity, response, url }: Exchange, mode: "PeekLock" | "ReceiveAndDelete"): void {
    const { namespace } = this.#around
    const asked = Number(url.searchParams.get("timeout") ?? defaultWaitSeconds)
    const wait = Number.isFinite(asked) && asked >= 0 ? asked * 1000 : defaultWaitSeconds * 1000
    let waiting = true
    const stop = (): void => {
      waiting = false
      detach()
      cancel()
    }
    const cancel = namespace.schedule(namespace.around.now() + wait, () => {
      stop()
      answer(response, undefined, 204)
    })
    const detach = entity.attach({
      mode,
      ready: () => waiting,
      deliver: (message) => {
        stop()
        this.#hand(message, entity, response, mode === "PeekLock" ? 201 : 200)
      },
      idle: () => undefined
    })
    response.on("close", () => {
      if (waiting) stop()
    })
  }

  #hand(message: Message, entity: Entity, response: ServerResponse, status: number): void {
    const { body, contentType, messageId } = decode(message.content)
    const location =
      message.lock === undefined
        ? {}
        : {
            location: `/${entity.address}/messages/${encodeURIComponent(messageId ?? message.sequenceNumber)}/${message.lock.token}`
          }
    response
      .writeHead(status, {
        "content-type": contentType ?? "application/octet-stream",
        "content-length": body.length,
        brokerproperties: writeProperties(message),
        ...location
      })
      .end(body)
  }

  #settle(
    { entity, response }: Exchange,
    id: string | undefined,
    token: string | undefined,
    settlement: Settlement
  ): void {
    const held = this.#held(entity, id, token)
    if (held === undefined) return refuse(response, 404, "No message is locked under this id and lock token.")
    this.#around.namespace.settle(entity, held, settlement, (refusal) => answer(response, refusal, 200))
  }

  #renew({ entity, response }: Exchange, id: string | undefined, token: string | undefined): void {
    const held = this.#held(entity, id, token)
    if (held === undefined) return refuse(response, 404, "No message is locked under this id and lock token.")
    this.#around.namespace.renew(entity, held)
    answer(response, undefined, 200)
  }

  #held(entity: Entity, id: string | undefined, token: string | undefined): string | undefined {
    const wanted = token?.toLowerCase() ?? ""
    const message = entity.queue.heldBy(wanted, this.#around.namespace.around.now())
    if (message === undefined) return undefined
    return id === message.content.messageId || id === String(message.sequenceNumber) ? wanted : undefined
  }
}
