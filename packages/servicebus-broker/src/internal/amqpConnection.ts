import { Result } from "effect"
import type { Socket } from "node:net"
import type { Connection, Container, EventContext, link as Link, Receiver, Sender, Session } from "rhea"
import { parseAddress } from "./address.ts"
import type { Address } from "./address.ts"
import type { FrontSurroundings } from "./amqpFront.ts"
import { deliveryOf, propertyOf, readBatch, readMessage } from "./amqpMessage.ts"
import { putToken } from "./cbs.ts"
import { Claims } from "./claims.ts"
import { condition, lockLost } from "./conditions.ts"
import type { Refusal } from "./conditions.ts"
import type { Consumer, Entity } from "./entity.ts"
import { bytesOfToken, tagOfToken, tokenOfTag } from "./lockToken.ts"
import { manage } from "./management.ts"
import type { Settlement } from "./namespace.ts"
import { propertiesOf, readRequest, reply } from "./request.ts"
import type { Response } from "./request.ts"
import { batchFormat, confirm, dispose, Outlet, refuse, serve, settle, takeBytes } from "./rheaGlue.ts"

/** What a link is for. */
interface Role {
  readonly link: Link
  readonly address: Address
  readonly entity: Entity | undefined
  /** Takes away what was set up for the link. */
  readonly release: () => void
}

const cbs = "$cbs"
const nothing = (): void => undefined
/** Credit a sender is given, and how much may be used before it is topped up. Source: servicebus-amqp 4. */
const credit = 1000
const topUpAfter = 250

/** One client: its claims, its links, and the messages that cross them. */
export class AmqpConnection {
  readonly #around: FrontSurroundings
  readonly #connection: Connection
  readonly #claims = new Claims()
  readonly #roles = new Map<Link, Role>()
  readonly #replies = new Map<string, Sender>()
  readonly #used = new WeakMap<Receiver, number>()
  /** Dispositions belong to the session: they are taken, and answered, after their link is gone. */
  readonly #delivering = new WeakMap<Sender, Entity>()

  constructor(around: FrontSurroundings, from: Container, socket: Socket) {
    this.#around = around
    this.#connection = serve(from, socket, (connection) => this.#listen(connection))
  }

  /** Takes away all links: the socket is gone. */
  end(): void {
    for (const link of this.#roles.keys()) this.#release(link)
    dispose(this.#connection)
  }

  uses(queue: string): boolean {
    return [...this.#roles.values()].some((role) => names(role, queue))
  }

  detach(refusal: Refusal, queue: string | undefined): number {
    const chosen = [...this.#roles.values()].filter(
      (role) => role.entity !== undefined && (queue === undefined || names(role, queue))
    )
    for (const { link } of chosen) {
      this.#release(link)
      refuse(link, refusal)
    }
    return chosen.length
  }

  #listen(connection: Connection): void {
    connection.on("session_open", ({ session }: EventContext) => session !== undefined && takeBytes(session))
    connection.on(
      "receiver_open",
      ({ receiver }: EventContext) => receiver !== undefined && this.#openReceiver(receiver)
    )
    connection.on("sender_open", ({ sender }: EventContext) => sender !== undefined && this.#openSender(sender))
    connection.on("message", (context: EventContext) => this.#message(context))
    for (const event of ["accepted", "released", "modified", "rejected"] as const) {
      connection.on(event, (context: EventContext) => this.#settle(event, context))
    }
    for (const event of ["sendable", "sender_flow", "sender_draining"]) {
      connection.on(
        event,
        ({ sender }: EventContext) => sender !== undefined && this.#roles.get(sender)?.entity?.pump()
      )
    }
    connection.on("receiver_close", ({ receiver }: EventContext) => receiver !== undefined && this.#release(receiver))
    connection.on("sender_close", ({ sender }: EventContext) => sender !== undefined && this.#release(sender))
    connection.on(
      "session_close",
      ({ session }: EventContext) => session !== undefined && this.#releaseSession(session)
    )
    for (const event of handled) connection.on(event, nothing)
  }

  #openReceiver(link: Receiver): void {
    const path = link.target?.address
    const address = parseAddress(typeof path === "string" ? path : "")
    const maxMessageSize = this.#around.namespace.around.maxMessageSize
    const entity = address.key === cbs ? undefined : this.#admit(link, address, address.management ? "Any" : "Send")
    if (entity === undefined && address.key !== cbs) return
    this.#roles.set(link, { link, address, entity, release: nothing })
    confirm(link, maxMessageSize)
    link.add_credit(credit)
  }

  #openSender(link: Sender): void {
    const path = link.source?.address
    const address = parseAddress(typeof path === "string" ? path : "")
    const entity = address.key === cbs ? undefined : this.#admit(link, address, address.management ? "Any" : "Listen")
    if (entity === undefined && address.key !== cbs) return
    confirm(link, this.#around.namespace.around.maxMessageSize)
    if (entity === undefined || address.management) this.#openReplies(link, address, entity)
    else this.#openConsumer(link, address, entity)
  }

  #openReplies(link: Sender, address: Address, entity: Entity | undefined): void {
    const target = link.target?.address
    const replyNames = [link.name, ...(typeof target === "string" ? [target] : [])]
    for (const name of replyNames) this.#replies.set(name, link)
    const release = (): void => {
      for (const name of replyNames) if (this.#replies.get(name) === link) this.#replies.delete(name)
    }
    this.#roles.set(link, { link, address, entity, release })
  }

  #openConsumer(link: Sender, address: Address, entity: Entity): void {
    const outlet = new Outlet(link)
    const consumer: Consumer = {
      mode: link.snd_settle_mode === 1 ? "ReceiveAndDelete" : "PeekLock",
      ready: () => outlet.ready,
      deliver: (message) => {
        const tag =
          message.lock === undefined
            ? bytesOfToken(this.#around.namespace.around.newToken())
            : tagOfToken(message.lock.token)
        outlet.send(deliveryOf(message), tag)
      },
      idle: () => {
        if (outlet.draining) outlet.drain()
      }
    }
    this.#delivering.set(link, entity)
    this.#roles.set(link, { link, address, entity, release: entity.attach(consumer) })
  }

  /** The entity, or a refused link. */
  #admit(link: Link, address: Address, right: "Send" | "Listen" | "Any"): Entity | undefined {
    const { namespace } = this.#around
    const rights = right === "Any" ? (["Send", "Listen"] as const) : [right]
    if (!this.#claims.allow(address.key, rights, this.#around.tokenTime())) {
      const description = `Unauthorized access. '${rights.join("' or '")}' claim(s) are required to perform this operation. Resource: '${address.key}'.`
      return this.#refuse(link, { condition: condition.unauthorizedAccess, description })
    }
    const entity = namespace.find(address)
    if (entity === undefined) {
      const description = `The messaging entity 'sb://${link.connection.hostname ?? "localhost"}/${address.key}' could not be found.`
      return this.#refuse(link, { condition: condition.notFound, description })
    }
    const refusal = namespace.refusalOf(entity)
    return refusal === undefined ? entity : this.#refuse(link, refusal)
  }

  #refuse(link: Link, refusal: Refusal): undefined {
    refuse(link, refusal)
  }

  #message(context: EventContext): void {
    const { delivery, receiver } = context
    const bytes: unknown = context.message
    if (receiver === undefined || delivery === undefined || !Buffer.isBuffer(bytes)) return
    const role = this.#roles.get(receiver)
    if (role === undefined)
      return settle(delivery, { condition: condition.detachForced, description: "The link is detached." })
    if (role.entity === undefined || role.address.management) {
      settle(delivery, "accepted")
      this.#request(role, bytes)
    } else this.#send(role.entity, delivery, bytes)
    this.#topUp(receiver)
  }

  #send(entity: Entity, delivery: NonNullable<EventContext["delivery"]>, bytes: Buffer): void {
    const { namespace } = this.#around
    const limit = namespace.around.maxMessageSize
    if (bytes.length > limit) {
      const description = `The received message (delivery-id:${delivery.id}, size:${bytes.length} bytes) exceeds the limit (${limit} bytes) currently allowed on the link.`
      return settle(delivery, { condition: condition.messageSizeExceeded, description })
    }
    if (entity.address.toLowerCase().endsWith("$deadletterqueue")) {
      return settle(delivery, {
        condition: condition.notAllowed,
        description: "Messages cannot be sent to a dead-letter queue."
      })
    }
    const read =
      delivery.format === batchFormat ? readBatch(bytes) : Result.map(readMessage(bytes), (content) => [content])
    if (Result.isFailure(read)) {
      return settle(delivery, {
        condition: condition.decodeError,
        description: `The message cannot be read: ${read.failure.message}.`
      })
    }
    namespace.send(entity, read.success, (refusal) => settle(delivery, refusal ?? "accepted"))
  }

  #request(role: Role, bytes: Buffer): void {
    const { keys, namespace, tokenTime } = this.#around
    const request = readRequest(bytes)
    const to = request?.replyTo === undefined ? undefined : this.#replies.get(request.replyTo)
    if (request === undefined || to === undefined) return
    const answer = (response: Response): void => {
      if (to.is_open()) reply(to, request, response)
    }
    if (role.entity === undefined) return answer(putToken(request, this.#claims, keys(), tokenTime()))
    manage(
      namespace,
      role.entity,
      request,
      (right) => this.#claims.allow(role.address.key, [right], tokenTime()),
      answer
    )
  }

  #settle(event: "accepted" | "released" | "modified" | "rejected", { delivery, sender }: EventContext): void {
    const entity = sender === undefined ? undefined : this.#delivering.get(sender)
    if (delivery === undefined || entity === undefined || delivery.settled) return
    const token = tokenOfTag(delivery.tag)
    if (token === undefined) return settle(delivery, lockLost)
    this.#around.namespace.settle(entity, token, settlementOf(event, delivery.remote_state ?? {}), (refusal) => {
      settle(delivery, refusal ?? (event === "released" ? "released" : "accepted"))
    })
  }

  #topUp(link: Receiver): void {
    const used = (this.#used.get(link) ?? 0) + 1
    if (used >= topUpAfter) link.add_credit(used)
    this.#used.set(link, used >= topUpAfter ? 0 : used)
  }

  #release(link: Link): void {
    this.#roles.get(link)?.release()
    this.#roles.delete(link)
  }

  #releaseSession(session: Session): void {
    for (const link of this.#roles.keys()) if (link.session === session) this.#release(link)
  }
}

/** Events rhea prints or throws when nobody listens. Source: servicebus-amqp 12. */
const handled = [
  "connection_error",
  "connection_close",
  "session_error",
  "sender_error",
  "receiver_error",
  "protocol_error",
  "error",
  "disconnected"
] as const

const names = ({ entity }: Role, queue: string): boolean =>
  entity !== undefined && parseAddress(entity.address).queue.toLowerCase() === queue.toLowerCase()

/** What a disposition asks for. Source: servicebus-amqp 7. */
const settlementOf = (
  event: "accepted" | "released" | "modified" | "rejected",
  state: Readonly<Record<string, unknown>>
): Settlement => {
  if (event === "accepted") return { _tag: "Complete" }
  if (event === "released") return { _tag: "Abandon", properties: {} }
  if (event === "modified") {
    const properties = propertiesOf(state["message_annotations"])
    return { _tag: state["undeliverable_here"] === true ? "Defer" : "Abandon", properties }
  }
  const error: { readonly info?: unknown; readonly description?: unknown } = state["error"] ?? {}
  const { DeadLetterErrorDescription, DeadLetterReason, ...properties } = propertiesOf(error.info)
  const text = (value: unknown): string | undefined =>
    value === undefined || value === null ? undefined : String(propertyOf(value))
  return {
    _tag: "DeadLetter",
    why: { reason: text(DeadLetterReason), description: text(DeadLetterErrorDescription ?? error.description) },
    properties
  }
}
