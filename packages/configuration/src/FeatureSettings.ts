import { list, truth } from "./internal/kinds.ts"
import { defaulted, type Values } from "./internal/table.ts"

export const featureTable = {
  enableDPI: defaulted("difi.move.feature.enableDPI", truth, "false"),
  enableDPE: defaulted("difi.move.feature.enableDPE", truth, "false", { production: "true" }),
  enableReceipts: defaulted("difi.move.feature.enableReceipts", truth, "true"),
  enableDsfPrintLookup: defaulted("difi.move.feature.enableDsfPrintLookup", truth, "true"),
  enableBetaFeatures: defaulted("difi.move.feature.enableBetaFeatures", truth, "false", {
    staging: "true",
    dev: "true"
  }),
  encryptDocuments: defaulted("difi.move.feature.cryptoMessagePersister", truth, "true"),
  allowTrailingSlash: defaulted("difi.move.feature.allowDeprecatedTrailingSlash", truth, "false"),
  statusQueueIncludes: defaulted("difi.move.feature.statusQueueIncludes", list, "")
} as const

/** What is switched on. `statusQueueIncludes` names the services whose statuses can be peeked. Source: nextmove-api 8.2. */
export type FeatureSettings = Values<typeof featureTable>
