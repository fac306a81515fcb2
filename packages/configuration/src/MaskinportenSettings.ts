import { list, millis, secret, text, truth, url } from "./internal/kinds.ts"
import { defaulted, optional, type Values } from "./internal/table.ts"
import { keystoreTable } from "./KeystoreSettings.ts"

const oidc = "difi.move.oidc"
const dpi = "difi.move.dpi.oidc"

export const maskinportenTable = {
  enabled: defaulted(`${oidc}.enable`, truth, "true"),
  url: defaulted(`${oidc}.url`, url, "https://test.maskinporten.no/token", {
    production: "https://maskinporten.no/token"
  }),
  audience: defaulted(`${oidc}.audience`, text, "https://test.maskinporten.no/", {
    production: "https://maskinporten.no/"
  }),
  clientIdPrefix: defaulted(`${oidc}.clientIdPrefix`, text, "MOVE_IP_"),
  clientId: defaulted(`${oidc}.clientId`, text, "${difi.move.oidc.clientIdPrefix:MOVE_IP_}${difi.move.org.number}"),
  keystore: keystoreTable(`${oidc}.keystore`, "difi.move.org.keystore"),
  connectTimeout: defaulted(`${oidc}.connectTimeout`, millis, "5000"),
  readTimeout: defaulted(`${oidc}.readTimeout`, millis, "30000")
} as const

export const dpiMaskinportenTable = {
  enabled: defaulted(`${dpi}.enable`, truth, `\${${oidc}.enable}`),
  url: defaulted(`${dpi}.url`, url, `\${${oidc}.url}`),
  audience: defaulted(`${dpi}.audience`, text, `\${${oidc}.audience}`),
  clientId: defaulted(`${dpi}.clientId`, text, `\${${oidc}.clientId}`),
  scopes: defaulted(`${dpi}.scopes`, list, "digitalpostinnbygger:send"),
  keystore: keystoreTable(`${dpi}.keystore`, "difi.move.dpi.keystore"),
  mockToken: optional(`${dpi}.mock.token`, secret)
} as const

/** Maskinporten, towards the service registry. Source: nextmove-api 8.2. */
export type MaskinportenSettings = Values<typeof maskinportenTable>

/** Maskinporten, towards corner 2; each property is the registry's where nobody sets it. Source: dpi 11.1. */
export type DpiMaskinportenSettings = Values<typeof dpiMaskinportenTable>
