import { NodeHttpServer } from "@effect/platform-node"
import { Context, Effect, Layer } from "effect"
import { HttpServer, type HttpServerError } from "effect/http"
import { createServer } from "node:http"

/** Where the simulated network listens. */
export class Listener extends Context.Service<
  Listener,
  {
    /** Scheme, host and port, without a slash at the end: `http://127.0.0.1:49152`. */
    readonly baseUrl: string
  }
>()("@eformidling/simulated-network/Listener") {}

/** A server on the loopback interface; port 0, unless another is named, takes one that is free. */
export const layer = (port = 0): Layer.Layer<Listener | HttpServer.HttpServer, HttpServerError.ServeError> =>
  Layer.effect(
    Listener,
    Effect.map(HttpServer.HttpServer, ({ address }) => Listener.of({ baseUrl: HttpServer.formatAddress(address) }))
  ).pipe(
    Layer.provideMerge(
      NodeHttpServer.layerServer(() => createServer({ requestTimeout: 0 }), {
        host: "127.0.0.1",
        port,
        // Nobody waits for the simulated network to finish: peers that are cut off try again.
        gracefulShutdownTimeout: "1 second"
      })
    )
  )
