import { Socket } from "node:net"
import type { ServiceBusClient } from "@azure/service-bus"
import { Predicate } from "effect"

/** Where a client keeps its socket: of its own and its AMQP library's making, and named nowhere. */
const path = ["_connectionContext", "connection", "_connection", "socket"] as const

/**
 * Has the client's socket send small frames at once.
 *
 * The SDK leaves Nagle's algorithm on and gives no way to turn it off: a completion on its way then holds the next
 * message up for the 40 ms of a delayed acknowledgement. A client that keeps its socket elsewhere is left as it is. A
 * reconnect brings a new socket, so this is called again and again; it costs nothing when it has been done.
 *
 * Source: servicebus-amqp 12.
 */
export const promptSocket = (client: ServiceBusClient): void => {
  let inside: unknown = client
  for (const name of path) inside = Predicate.hasProperty(inside, name) ? inside[name] : undefined
  if (inside instanceof Socket) inside.setNoDelay(true)
}
