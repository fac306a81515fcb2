import type { Connection, Container, Delivery, link as Link, Receiver, Sender, Session } from "rhea"
import rhea from "rhea"
import type { Socket } from "node:net"
import type { Refusal } from "./conditions.ts"

/** The parts of rhea's objects that its typings leave out. */
interface SessionInside {
  readonly incoming: { on_transfer: (frame: TransferFrame, receiver: Receiver) => void }
}
interface TransferFrame {
  readonly performative: { message_format: number | undefined }
}
interface LinkInside {
  readonly local: {
    readonly attach: { max_message_size: number; snd_settle_mode: number; rcv_settle_mode: number }
  }
}
interface SenderInside {
  credit: number
  delivery_count: number
  issue_flow: boolean
  _draining: boolean
  _get_drain: () => boolean
}
interface ConnectionInside {
  accept: (socket: Socket) => void
  _disconnected: () => void
  _register: () => void
}
interface DeliveryInside {
  remote_settled: boolean
}
interface Outcome {
  described(): unknown
}

/** Sees an object of rhea's with the fields its typings leave out. */
const inside = <A extends object>(value: object): A => Object(value)

const outcomes: {
  readonly accepted: () => Outcome
  readonly released: () => Outcome
  readonly rejected: (fields: { readonly error: Refusal }) => Outcome
} = inside(rhea.message)

/** Marks plain messages, whose format is 0, so that rhea hands their bytes over without decoding them. */
const undecoded = 1

/** The message format of a batch. Source: servicebus-amqp 4. */
export const batchFormat = 0x80013700

/** Settles nothing by itself and grants no credit. Source: servicebus-amqp 12. */
export const container = (id: string): Container =>
  rhea.create_container({
    id,
    autoaccept: false,
    autosettle: false,
    credit_window: 0,
    treat_modified_as_released: false,
    reconnect: false
  })

/** Serves AMQP on an accepted socket. Listeners must be on the connection before the first byte arrives. */
export const serve = (from: Container, socket: Socket, listen: (connection: Connection) => void): Connection => {
  from.sasl_server_mechanisms.enable_anonymous()
  const options = {
    container_id: from.id,
    idle_time_out: 240_000,
    max_frame_size: 65_536,
    session_buffer_size: 5_000,
    reconnect: false
  }
  const connection = from.create_connection(inside(options))
  listen(connection)
  gatherWrites(socket)
  inside<ConnectionInside>(connection).accept(socket)
  return connection
}

/** Sends the frames of one turn together, and at once. Source: servicebus-amqp 12. */
const gatherWrites = (socket: Socket): void => {
  const outside = inside<{ write: (bytes: Uint8Array) => boolean }>(socket)
  const write = outside.write.bind(socket)
  socket.setNoDelay(true)
  outside.write = (bytes) => {
    if (socket.writableCorked === 0) {
      socket.cork()
      process.nextTick(() => socket.uncork())
    }
    return write(bytes)
  }
}

/** Ends what rhea still runs for a connection whose socket is gone: its timers, and its state. */
export const dispose = (connection: Connection): void => {
  if (!connection.is_closed()) inside<ConnectionInside>(connection)._disconnected()
}

/** Hands messages of this session over as bytes. */
export const takeBytes = (session: Session): void => {
  const { incoming } = inside<SessionInside>(session)
  const onTransfer = incoming.on_transfer.bind(incoming)
  incoming.on_transfer = (frame, receiver) => {
    if (frame.performative.message_format === 0) frame.performative.message_format = undecoded
    onTransfer(frame, receiver)
  }
}

/** Answers an attach as it was asked for. `maxMessageSize` must be more than 0. Source: servicebus-amqp 4. */
export const confirm = (link: Link, maxMessageSize: number): void => {
  const { attach } = inside<LinkInside>(link).local
  link.set_source(link.source ?? {})
  link.set_target(link.target ?? {})
  attach.max_message_size = maxMessageSize
  attach.snd_settle_mode = link.snd_settle_mode ?? 2
  attach.rcv_settle_mode = link.rcv_settle_mode ?? 0
}

/** Refuses an attach: the answer has no terminus, and a detach with the reason follows. Source: servicebus-amqp 10. */
export const refuse = (link: Link, refusal: Refusal): void => link.close({ ...refusal })

/** How a delivery ends, as the other side is told. */
export type Answer = "accepted" | "released" | Refusal

const stateOf = (answer: Answer): unknown =>
  (typeof answer === "string" ? outcomes[answer]() : outcomes.rejected({ error: answer })).described()

/** Settles a delivery either way, and lets rhea forget it. */
export const settle = (delivery: Delivery, answer: Answer): void => {
  delivery.update(true, stateOf(answer))
  inside<DeliveryInside>(delivery).remote_settled = true
}

/** Milliseconds between looks at a peer whose window is shut while it drains. */
const windowPoll = 5

/** A link to a receiver, with its credit counted at once rather than when frames are written. */
export class Outlet {
  readonly link: Sender
  readonly #inside: SenderInside
  #sent = 0
  #drained = 0

  constructor(link: Sender) {
    this.link = link
    this.#inside = inside(link)
    this.#inside._get_drain = () => this.#answerDrain()
  }

  get #unsent(): number {
    return this.#sent - (this.#inside.delivery_count - this.#drained)
  }

  /** Whether the receiver has asked for one more message, and the session has room for it. */
  get ready(): boolean {
    return this.link.is_open() && this.link.sendable() && this.#inside.credit > this.#unsent
  }

  send(message: Buffer, tag: Buffer): void {
    this.#sent++
    this.link.send(message, tag, 0)
  }

  /** Whether the receiver waits for its credit to be used up. */
  get draining(): boolean {
    return this.#inside._draining
  }

  /** Uses up the credit and says so, after what has been sent; also when none is left. Source: servicebus-amqp 5.1. */
  drain(): void {
    this.#inside.issue_flow = true
    inside<ConnectionInside>(this.link.connection)._register()
  }

  #answerDrain(): boolean {
    const state = this.#inside
    if (!state._draining) return false
    if (this.#unsent > 0) {
      // oxlint-disable-next-line no-restricted-globals -- waits for the peer, not for the time of the broker
      setTimeout(() => this.drain(), windowPoll).unref()
      return false
    }
    this.#drained += state.credit
    state.delivery_count += state.credit
    state.credit = 0
    state._draining = false
    return true
  }
}
