import { count, host, hours, list, millis, oneOf, pollingRate, secret, size, text, truth } from "./internal/kinds.ts"
import { defaulted, optional, type Values } from "./internal/table.ts"

const serviceBus = "difi.move.nextmove.serviceBus"

export const serviceBusTable = {
  host: defaulted(`${serviceBus}.baseUrl`, host, "efm-dpe-qa.servicebus.windows.net", {
    production: "efm-dpe-prod.servicebus.windows.net"
  }),
  useHttps: defaulted(`${serviceBus}.useHttps`, truth, "true"),
  sasKeyName: defaulted(`${serviceBus}.sasKeyName`, text, "MoveDPE-pilotPolicy", {
    production: "MoveDPE-prodPolicy"
  }),
  sasToken: optional(`${serviceBus}.sasToken`, secret),
  mode: defaulted(`${serviceBus}.mode`, oneOf("innsyn", "data", "meeting"), "innsyn"),
  receiptQueue: optional(`${serviceBus}.receiptQueue`, text),
  pollingRate: defaulted(`${serviceBus}.pollingrate`, pollingRate, "20000", { dev: "5000" }),
  readMaxMessages: defaulted(`${serviceBus}.readMaxMessages`, count("messages", 1), "50"),
  batchRead: defaulted(`${serviceBus}.batchRead`, truth, "false"),
  connectTimeout: defaulted(`${serviceBus}.connectTimeout`, millis, "15000"),
  uploadSizeLimitBytes: defaulted(`${serviceBus}.upload-size-limit`, size, "2MB"),
  defaultTtl: defaulted(`${serviceBus}.default-ttl-hours`, hours, "${difi.move.nextmove.default-ttl-hours}"),
  /** Ours: AMQP over WebSockets on port 443, for networks that let nothing else out. */
  useWebSockets: defaulted(`${serviceBus}.useWebSockets`, truth, "false"),
  /** Ours: a whole connection string, which takes the place of host, key name and key. For emulators and the sandbox. */
  connectionString: optional(`${serviceBus}.connectionString`, secret),
  /** Ours: PEM files with the certificates that signers' certificates must lead to; those of DPI where nobody sets it. */
  trustAnchorPaths: defaulted(`${serviceBus}.certificate.trust`, list, "${difi.move.dpi.certificate.trust:}")
} as const

/** eInnsyn over Azure Service Bus. Source: dpe 7. */
export type ServiceBusSettings = Values<typeof serviceBusTable>
