import { millis, port, secret, size, text, truth } from "./internal/kinds.ts"
import { defaulted, optional, type Values } from "./internal/table.ts"

export const serverTable = {
  port: defaulted("server.port", port, "9093"),
  connectionTimeout: defaulted("server.tomcat.connection-timeout", millis, "300000"),
  maxFileSizeBytes: defaulted("spring.servlet.multipart.max-file-size", size, "500MB"),
  maxRequestSizeBytes: defaulted("spring.servlet.multipart.max-request-size", size, "500MB"),
  allowShutdown: defaulted("management.endpoint.shutdown.enabled", truth, "false"),
  authentication: {
    enabled: defaulted("difi.move.feature.enable-auth", truth, "${difi.security.enable:true}"),
    name: optional("difi.security.user.name", text),
    password: optional("difi.security.user.password", secret)
  },
  tls: {
    enabled: defaulted("difi.ssl.enabled", truth, "true"),
    keyStore: optional("difi.ssl.key-store", text),
    keyStorePassword: optional("difi.ssl.key-store-password", secret),
    keyAlias: optional("difi.ssl.key-alias", text),
    keyStoreType: defaulted("difi.ssl.key-store-type", text, "JKS")
  },
  /** Ours: whether this process also sends, polls and receives. Off where `receiver` runs as a process of its own. */
  withReceiver: defaulted("integrasjonspunkt.receiver.enabled", truth, "true")
} as const

/** The HTTP server: port, limits, who may call, TLS. Source: nextmove-api 7, 8.2. */
export type ServerSettings = Values<typeof serverTable>
