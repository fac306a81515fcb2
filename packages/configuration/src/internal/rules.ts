import type { DpiSettings } from "../DpiSettings.ts"
import type { FeatureSettings } from "../FeatureSettings.ts"
import type { MaskinportenSettings } from "../MaskinportenSettings.ts"
import type { OrgSettings } from "../OrgSettings.ts"
import type { ServerSettings } from "../ServerSettings.ts"
import type { ServiceBusSettings } from "../ServiceBusSettings.ts"
import { Problem } from "../SettingsError.ts"

/** What must be set because something else is. */
type Rule<A> = (settings: A) => ReadonlyArray<Problem>

const needed = (property: string, because: string, write: string): Problem =>
  new Problem({ property, problem: `${property} is not set, ${because}.`, write: `${property}=<${write}` })

/** Callers that must log in need a user to log in as. */
export const login: Rule<ServerSettings> = ({ authentication: { enabled, name, password } }) => {
  if (!enabled) return []
  const because = "though callers must log in"
  const open = "or difi.security.enable=false, on a closed network"
  return [
    ...(name === undefined ? [needed("difi.security.user.name", because, `name>, ${open}`)] : []),
    ...(password === undefined ? [needed("difi.security.user.password", because, `password>, ${open}`)] : [])
  ]
}

/** TLS needs a key. */
export const tls: Rule<ServerSettings> = ({ tls: { enabled, keyStore, keyStorePassword } }) => {
  if (!enabled) return []
  const because = "though TLS is on"
  const plain = "or difi.ssl.enabled=false, behind something that ends TLS"
  if (keyStore === undefined) return [needed("difi.ssl.key-store", because, `path>, ${plain}`)]
  return keyStorePassword === undefined ? [needed("difi.ssl.key-store-password", because, `password>, ${plain}`)] : []
}

/** Keystores other than PEM are locked. */
export const keystore: Rule<OrgSettings> = ({ keystore: { password, type } }) => {
  if (type === "PEM" || password !== undefined) return []
  const property = "difi.move.org.keystore.password"
  const problem = `Certificate properties not set. ${property} is missing.`
  return [new Problem({ property, problem, write: `${property}=<password>` })]
}

/** The key to Service Bus comes from the registry, by Maskinporten, or from the settings. */
export const serviceBusKey: Rule<{
  readonly feature: FeatureSettings
  readonly maskinporten: MaskinportenSettings
  readonly serviceBus: ServiceBusSettings
}> = ({ feature, maskinporten, serviceBus }) =>
  !feature.enableDPE ||
  maskinporten.enabled ||
  serviceBus.sasToken !== undefined ||
  serviceBus.connectionString !== undefined
    ? []
    : [
        needed(
          "difi.move.nextmove.serviceBus.sasToken",
          "though difi.move.oidc.enable=false leaves no other key",
          "key>, or difi.move.oidc.enable=true"
        )
      ]

/** Letters leave over HTTP; handing them over as files is the Java server's alone. */
export const corner2: Rule<{ readonly feature: FeatureSettings; readonly dpi: DpiSettings }> = ({ dpi, feature }) => {
  if (!feature.enableDPI || dpi.corner2Type === "web") return []
  const property = "difi.move.dpi.c2-type"
  return [new Problem({ property, problem: `${property} must be web.`, found: `"file"`, write: `${property}=web` })]
}
