import { truth, url } from "./internal/kinds.ts"
import { defaulted, type Values } from "./internal/table.ts"

export const registryTable = {
  endpoint: defaulted("difi.move.serviceregistryEndpoint", url, "https://test.eformidling.no/adressetjeneste", {
    production: "https://eformidling.no/adressetjeneste"
  }),
  verifySignature: defaulted("difi.move.sign.enable", truth, "true"),
  jwkUrl: defaulted("difi.move.sign.jwkUrl", url, "${difi.move.serviceregistryEndpoint}/jwk")
} as const

/** The service registry, and the keys its answers are signed with. Source: nextmove-api 8.2. */
export type RegistrySettings = Values<typeof registryTable>
