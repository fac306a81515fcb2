/**
 * A door in front of a broker, which can be shut: then nobody is let in, and whoever is inside is thrown out.
 */
import { type Socket, connect, createServer } from "node:net"
import { Effect } from "effect"

export interface Gate {
  /** `127.0.0.1:<port>` */
  readonly host: string
  readonly shut: Effect.Effect<void>
  readonly open: Effect.Effect<void>
}

const listen = (port: number, accept: (socket: Socket) => void) =>
  Effect.callback<{ readonly port: number; readonly close: () => void }>((resume) => {
    const server = createServer(accept)
    server.listen({ host: "127.0.0.1", port }, () => {
      const address = server.address()
      resume(
        Effect.succeed({
          port: typeof address === "object" && address !== null ? address.port : port,
          close: () => server.close()
        })
      )
    })
  })

/** Whoever was thrown out knows it by then. */
export const untilNoticed = "100 millis"

export const make = Effect.fnUntraced(function* (target: { readonly host: string; readonly port: number }) {
  const sockets = new Set<Socket>()
  const accept = (inner: Socket) => {
    const outer = connect(target)
    for (const [socket, other] of [
      [inner, outer],
      [outer, inner]
    ] as const) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on("error", () => undefined)
      socket.on("close", () => {
        sockets.delete(socket)
        other.destroy()
      })
    }
    inner.pipe(outer)
    outer.pipe(inner)
  }
  let listening = yield* listen(0, accept)
  const { port } = listening
  const shut = Effect.sync(() => {
    listening.close()
    for (const socket of sockets) socket.destroy()
  })
  yield* Effect.addFinalizer(() => shut)
  return {
    host: `127.0.0.1:${port}`,
    shut: Effect.andThen(shut, Effect.sleep(untilNoticed)),
    open: Effect.gen(function* () {
      listening.close()
      listening = yield* listen(port, accept)
    })
  } satisfies Gate
})
