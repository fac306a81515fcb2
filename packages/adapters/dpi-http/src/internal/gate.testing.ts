/**
 * A door in front of a peer: closed, nobody can connect.
 */
import { Effect } from "effect"
import { connect, createServer, type Socket } from "node:net"

/** Lets connections through to a port of the loopback interface, on a port of its own, until it is closed. */
export const make = Effect.fnUntraced(function* (target: number) {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    const peer = connect(target, "127.0.0.1")
    for (const [one, other] of [
      [socket, peer],
      [peer, socket]
    ] as const) {
      sockets.add(one)
      one.on("error", () => other.destroy())
      one.on("close", () => {
        sockets.delete(one)
        other.destroy()
      })
      one.pipe(other)
    }
  })
  const listen = (port: number) =>
    Effect.callback<number>((resume) => {
      server.listen(port, "127.0.0.1", () => {
        const address = server.address()
        resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : 0))
      })
    })
  const close = Effect.callback<void>((resume) => {
    server.close(() => resume(Effect.void))
    for (const socket of sockets) socket.destroy()
  })
  const port = yield* Effect.acquireRelease(listen(0), () => close)
  return {
    port,
    close,
    open: Effect.suspend(() => (server.listening ? Effect.void : Effect.asVoid(listen(port))))
  }
})
