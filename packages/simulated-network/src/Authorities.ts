/**
 * Maskinporten, the service registry and KRR together.
 */
import { Layer } from "effect"
import { HttpRouter, type HttpServerError } from "effect/http"
import * as Krr from "./Krr.ts"
import * as Listener from "./Listener.ts"
import * as Maskinporten from "./Maskinporten.ts"
import type { Pki } from "./pki/Pki.ts"
import * as ServiceRegistry from "./ServiceRegistry.ts"

/** What the three are told. */
export interface Options extends Maskinporten.Options, ServiceRegistry.Options {}

/** The services the authorities give. */
export type Authorities = Maskinporten.Maskinporten | ServiceRegistry.ServiceRegistry | Krr.Krr

/** The three as routes of a router that others add to. */
export const layerRoutes = (
  options: Options
): Layer.Layer<Authorities, never, Pki | Listener.Listener | HttpRouter.HttpRouter> =>
  Layer.mergeAll(ServiceRegistry.layer(options), Krr.layer(options)).pipe(
    Layer.provideMerge(Maskinporten.layer(options))
  )

/** The three alone, on a listener of their own. */
export const layer = (
  options: Options & { readonly port?: number | undefined }
): Layer.Layer<Authorities | Listener.Listener, HttpServerError.ServeError, Pki> =>
  HttpRouter.serve(layerRoutes(options), { disableLogger: true, disableListenLog: true }).pipe(
    Layer.provideMerge(Listener.layer(options.port))
  )
