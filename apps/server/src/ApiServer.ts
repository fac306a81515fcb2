/**
 * The HTTP API as a layer: routes, conduct and descriptions on a listening server.
 *
 * Source: nextmove-api 1, 7.
 */
import { NodeHttpServer } from "@effect/platform-node"
import { Api } from "@eformidling/api/Api"
import { Duration, Effect, Layer, Option, Predicate, Redacted, Schema } from "effect"
import { HttpRouter, HttpServer } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"
import * as Http from "node:http"
import * as Https from "node:https"
import type { Credentials } from "./BasicAuthentication.ts"
import * as CapabilityHandlers from "./CapabilityHandlers.ts"
import * as Conduct from "./Conduct.ts"
import * as ConversationHandlers from "./ConversationHandlers.ts"
import * as ManageHandlers from "./ManageHandlers.ts"
import * as MessageInHandlers from "./MessageInHandlers.ts"
import * as MessageOutHandlers from "./MessageOutHandlers.ts"
import * as RegistryHealth from "./RegistryHealth.ts"
import * as StatusHandlers from "./StatusHandlers.ts"
import * as SubscriptionHandlers from "./SubscriptionHandlers.ts"
import * as Swagger from "./Swagger.ts"

/** Certificate and key the server shows, PEM; issuers follow the certificate. */
export interface Tls {
  readonly certificate: string
  readonly privateKey: Redacted.Redacted
}

export interface Settings {
  /** All interfaces when undefined. */
  readonly host?: string | undefined
  /** 0 takes any that is free. */
  readonly port: number
  /** Nobody is asked who they are when absent. */
  readonly credentials: Option.Option<Credentials>
  /** Unencrypted when absent. */
  readonly tls: Option.Option<Tls>
  /** A connection on which nothing moves this long, in the middle of a request, is broken off. */
  readonly idleTimeout: Duration.Duration
  /** On shutdown, requests that take longer are broken off. */
  readonly gracePeriod: Duration.Duration
  /** Of one multipart request, files and all. */
  readonly maximumRequestBytes: number
  /** Stops the program; absent where clients may not. */
  readonly shutdown: Option.Option<Effect.Effect<void>>
  readonly build: ManageHandlers.Build
  /** Where documents are kept; its free space is watched. */
  readonly directory: string
}

/** The settings of nextmove-api 8.2, for whoever has no opinion. */
export const defaults: Settings = {
  port: 9093,
  credentials: Option.none(),
  tls: Option.none(),
  idleTimeout: Duration.millis(300_000),
  gracePeriod: Duration.seconds(20),
  maximumRequestBytes: 500 * 1024 * 1024,
  shutdown: Option.none(),
  build: { version: "0.0.0", commit: "" },
  directory: "."
}

/** Header lines of one request, bytes. */
const maximumHeaderBytes = 16 * 1024

/** No limit to a whole request, which may be a long upload; to its headers, and to standing still. */
const timeouts = { requestTimeout: 0, headersTimeout: 60_000, keepAliveTimeout: 75_000 }

/** A connection kept alive would hold a server that no longer listens: its last answer is its end. */
const endWhenClosing = (server: Http.Server) =>
  server.on("request", (_, response) =>
    response.on("finish", () => {
      if (!server.listening) setImmediate(() => server.closeIdleConnections())
    })
  )

const nodeServer = (settings: Settings) => {
  const options = { ...timeouts, maxHeaderSize: maximumHeaderBytes, keepAlive: true }
  const server = Option.match(settings.tls, {
    onNone: () => Http.createServer(options),
    onSome: ({ certificate, privateKey }) =>
      Https.createServer({ ...options, cert: certificate, key: Redacted.value(privateKey) })
  })
  return endWhenClosing(server).setTimeout(Duration.toMillis(settings.idleTimeout))
}

const groups = (settings: Settings) =>
  Layer.mergeAll(
    CapabilityHandlers.layer,
    MessageOutHandlers.layer(settings),
    MessageInHandlers.layer,
    ConversationHandlers.layer,
    StatusHandlers.layer,
    SubscriptionHandlers.layer,
    ManageHandlers.layer(settings).pipe(Layer.provide(RegistryHealth.layer))
  )

/** The routes on whatever server is given. */
export const routes = (settings: Settings) =>
  HttpRouter.serve(
    Layer.mergeAll(
      HttpApiBuilder.layer(Api, { openapiPath: "/openapi.json" }).pipe(Layer.provide(groups(settings))),
      Swagger.layer,
      Conduct.layer({ credentials: settings.credentials, encrypted: Option.isSome(settings.tls) })
    ),
    { disableLogger: true, disableListenLog: true }
  )

const announced = Layer.effectDiscard(
  Effect.gen(function* () {
    const { address } = yield* HttpServer.HttpServer
    yield* Effect.logInfo(`Listening on ${HttpServer.formatAddress(address)}`)
  })
)

/** The port cannot be listened on. Fails again as long as whatever holds it runs. */
export class CannotListen extends Schema.TaggedError<CannotListen>()("CannotListen", {
  port: Schema.Int,
  cause: Schema.Defect()
}) {
  override get message() {
    const code = Predicate.isError(this.cause) && "code" in this.cause ? this.cause.code : undefined
    if (code === "EADDRINUSE") {
      return `Something else listens on port ${this.port}. End it, or write another port: server.port=<a free port>`
    }
    const why = Predicate.isError(this.cause) ? this.cause.message : "unknown cause"
    return `The server cannot listen on port ${this.port} (${why}). Write another port: server.port=<a free port>`
  }
}

const listening = (settings: Settings) =>
  Layer.merge(
    Layer.effect(
      HttpServer.HttpServer,
      Effect.gen(function* () {
        const server = nodeServer(settings)
        const http = yield* NodeHttpServer.make(() => server, {
          port: settings.port,
          ...(settings.host === undefined ? {} : { host: settings.host }),
          gracefulShutdownTimeout: settings.gracePeriod
        })
        // The grace period has been given by then; what is left would keep the process for as long as it likes.
        yield* Effect.addFinalizer(() => Effect.sync(() => server.closeAllConnections()))
        return http
      }).pipe(Effect.catchTag("ServeError", ({ cause }) => new CannotListen({ port: settings.port, cause })))
    ),
    NodeHttpServer.layerHttpServices
  )

/**
 * Listens from when the layer is built until its scope closes; requests under way are then finished.
 *
 * Needs the exchange's ports and settings. Gives the server, whose address tells the port.
 */
export const layer = (settings: Settings) =>
  Layer.mergeAll(routes(settings), announced).pipe(Layer.provideMerge(listening(settings)))
