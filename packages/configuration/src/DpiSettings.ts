import { count, hours, list, millis, oneOf, pollingRate, size, text, truth, url } from "./internal/kinds.ts"
import { defaulted, optional, type Values } from "./internal/table.ts"
import { keystoreTable } from "./KeystoreSettings.ts"
import { dpiMaskinportenTable } from "./MaskinportenSettings.ts"

const dpi = "difi.move.dpi"

export const dpiTable = {
  uri: defaulted(`${dpi}.uri`, url, "https://sandbox1.ediex.no/api/v2/dpi", {
    production: "https://edi.edigard.com/api/v2/dpi"
  }),
  corner2Type: defaulted(`${dpi}.c2-type`, oneOf("web", "file"), "web"),
  receiptType: defaulted(`${dpi}.receipt-type`, oneOf("json"), "json"),
  mpcId: defaulted(`${dpi}.mpcId`, text, "no_difi_move_integrasjonspunkt", {
    production: "no.difi.move.integrasjonspunkt",
    staging: "no_difi_move_integrasjonspunkt-staging",
    dev: "no_difi_move_integrasjonspunkt-dev"
  }),
  mpcConcurrency: defaulted(`${dpi}.mpcConcurrency`, count("channels", 1), "1"),
  mpcIdListe: defaulted(`${dpi}.mpcIdListe`, list, ""),
  avsenderidentifikatorListe: defaulted(`${dpi}.avsenderidentifikatorListe`, list, ""),
  pollWithoutAvsenderidentifikator: defaulted(`${dpi}.pollWithoutAvsenderidentifikator`, truth, "true"),
  pollingRate: defaulted(`${dpi}.pollingrate`, pollingRate, "10000"),
  pageSize: defaulted(`${dpi}.pageSize`, count("receipts", 1), "100"),
  uploadSizeLimitBytes: defaulted(`${dpi}.upload-size-limit`, size, "50MB"),
  defaultTtl: defaulted(`${dpi}.default-ttl-hours`, hours, "${difi.move.nextmove.default-ttl-hours}"),
  krrPrintUrl: defaulted(`${dpi}.krr-print-url`, url, "https://test.kontaktregisteret.no/rest/v2/printSertifikat", {
    production: "https://kontaktregisteret.no/rest/v2/printSertifikat"
  }),
  language: defaulted(`${dpi}.language`, text, "NO"),
  certificateMode: defaulted(`${dpi}.certificate.mode`, oneOf("TEST", "PRODUCTION", "SELF_SIGNED"), "TEST", {
    production: "PRODUCTION"
  }),
  /** Ours: PEM files with the certificates that signers' certificates must lead to. */
  trustAnchorPaths: defaulted(`${dpi}.certificate.trust`, list, ""),
  timeout: {
    connect: defaulted(`${dpi}.timeout.connect`, millis, "5000"),
    read: defaulted(`${dpi}.timeout.read`, millis, "60000"),
    write: defaulted(`${dpi}.timeout.write`, millis, "60000")
  },
  temporaryFileThresholdBytes: defaulted(`${dpi}.temporary-file-threshold`, size, "1000000"),
  temporaryFileDirectory: optional(`${dpi}.temporary-file-directory`, text),
  maxConnections: defaulted(`${dpi}.clientMaxConnectionPoolSize`, count("connections", 1), "10"),
  keystore: keystoreTable(`${dpi}.keystore`, "difi.move.org.keystore"),
  oidc: dpiMaskinportenTable
} as const

/** Digital post: corner 2, receipts, limits. Source: dpi 11.1. */
export type DpiSettings = Values<typeof dpiTable>
