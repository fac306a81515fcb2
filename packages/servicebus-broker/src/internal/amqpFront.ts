import { createServer } from "node:net"
import type { Server, Socket } from "node:net"
import type { AccessKey } from "../Sas.ts"
import { AmqpConnection } from "./amqpConnection.ts"
import type { Refusal } from "./conditions.ts"
import type { Namespace } from "./namespace.ts"
import { container } from "./rheaGlue.ts"

/** What the front needs from the broker around it. */
export interface FrontSurroundings {
  readonly namespace: Namespace
  readonly keys: () => ReadonlyArray<AccessKey>
  /** Unix milliseconds by which tokens expire: the host's time, as clients make tokens by it. */
  readonly tokenTime: () => number
}

/** Serves AMQP on TCP. */
export class AmqpFront {
  readonly server: Server
  readonly #connections = new Map<Socket, AmqpConnection>()

  constructor(around: FrontSurroundings, id: string) {
    const from = container(id)
    this.server = createServer((socket) => {
      this.#connections.set(socket, new AmqpConnection(around, from, socket))
      socket.once("close", () => {
        this.#connections.get(socket)?.end()
        this.#connections.delete(socket)
      })
    })
  }

  /** Destroys connections without a word; returns how many. With `queue`, only those with a link to it. */
  drop(queue?: string): number {
    const chosen = [...this.#connections].filter(([, connection]) => queue === undefined || connection.uses(queue))
    for (const [socket] of chosen) socket.destroy()
    return chosen.length
  }

  /** Detaches links with a reason; returns how many. With `queue`, only those to it. */
  detach(refusal: Refusal, queue?: string): number {
    let detached = 0
    for (const connection of this.#connections.values()) detached += connection.detach(refusal, queue)
    return detached
  }
}
