/**
 * The certificate the server shows, out of the keystore that `difi.ssl` names.
 */
import type { Settings } from "@eformidling/configuration/Settings"
import { BusinessCertificate } from "@eformidling/port-dokumentpakke/BusinessCertificate"
import * as Certificates from "@eformidling/receiver/Certificates"
import { Context, Effect, Layer, Option, Redacted } from "effect"
import { X509Certificate } from "node:crypto"
import type { Tls } from "./ApiServer.ts"

/** None where TLS is off. Fails, saying why, when the keystore cannot be read. */
export const read = Effect.fnUntraced(function* ({ server }: Settings["Service"]) {
  const { enabled, keyAlias, keyStore, keyStorePassword, keyStoreType } = server.tls
  if (!enabled || keyStore === undefined) return Option.none<Tls>()
  const { chain, privateKey } = Context.get(
    yield* Layer.build(
      Certificates.keystore({
        path: keyStore,
        password: keyStorePassword ?? Redacted.make(""),
        alias: keyAlias,
        type: keyStoreType
      })
    ),
    BusinessCertificate
  )
  return Option.some<Tls>({ certificate: chain.map((der) => new X509Certificate(der).toString()).join(""), privateKey })
}, Effect.scoped)
