/**
 * What the configuration says about the HTTP API.
 *
 * Source: nextmove-api 7, 8.2.
 */
import type { Settings } from "@eformidling/configuration/Settings"
import { Duration, Effect, Option } from "effect"
import type * as ApiServer from "./ApiServer.ts"

const credentials = ({ enabled, name, password }: Settings["Service"]["server"]["authentication"]) =>
  enabled && name !== undefined && password !== undefined ? Option.some({ username: name, password }) : Option.none()

/** Stops this program as an operator would, once the answer that says so has had time to leave. */
const stop = Effect.sync(() => process.kill(process.pid, "SIGTERM")).pipe(
  Effect.delay("200 millis"),
  Effect.forkDetach,
  Effect.asVoid
)

/** `tls` is what the keystore of `difi.ssl` holds, where TLS is on. */
export const fromConfiguration = (
  { nextMove, server }: Settings["Service"],
  options: { readonly tls: Option.Option<ApiServer.Tls>; readonly build: ApiServer.Settings["build"] }
): ApiServer.Settings => ({
  ...options,
  port: server.port,
  credentials: credentials(server.authentication),
  idleTimeout: server.connectionTimeout,
  gracePeriod: Duration.seconds(20),
  maximumRequestBytes: server.maxRequestSizeBytes,
  shutdown: server.allowShutdown ? Option.some(stop) : Option.none(),
  directory: nextMove.fileDirectory
})

/** What an operator should be told about these settings. Source: nextmove-api 7. */
export const warnings = ({ server }: Settings["Service"]): ReadonlyArray<string> => [
  ...(server.authentication.enabled
    ? []
    : ["difi.security.enable=false: anybody who reaches this server can send and read messages"]),
  ...(server.tls.enabled
    ? []
    : ["difi.ssl.enabled=false: what passes between clients and this server is not encrypted"])
]
