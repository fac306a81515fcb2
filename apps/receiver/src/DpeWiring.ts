/**
 * DPE, as the configuration says.
 */
import * as ServiceBusChannel from "@eformidling/adapter-dpe-servicebus/ServiceBusChannel"
import type { ServiceBusSettings } from "@eformidling/adapter-dpe-servicebus/ServiceBusSettings"
import type { Settings } from "@eformidling/configuration/Settings"
import { Layer, Redacted } from "effect"
import * as Registries from "./Registries.ts"

/** What a connection string says, member by member; `;` separates them, and a key may hold `=`. */
const members = (connectionString: string): ReadonlyMap<string, string> =>
  new Map(
    connectionString.split(";").map((member) => {
      const at = member.indexOf("=")
      return [member.slice(0, at).trim(), member.slice(at + 1).trim()] as const
    })
  )

interface Namespace {
  readonly host: string
  readonly keyName: string
  readonly plainTcp: boolean
  /** Undefined where the registry is to be asked. */
  readonly key: Redacted.Redacted<string> | undefined
}

const namespaceOf = ({ maskinporten, nextMove: { serviceBus } }: Settings["Service"]): Namespace => {
  if (serviceBus.connectionString !== undefined) {
    const named = members(Redacted.value(serviceBus.connectionString))
    return {
      host: (named.get("Endpoint") ?? "").replace(/^[a-z]+:\/\//, "").replace(/\/.*$/, ""),
      keyName: named.get("SharedAccessKeyName") ?? serviceBus.sasKeyName,
      plainTcp: named.get("UseDevelopmentEmulator") === "true",
      key: Redacted.make(named.get("SharedAccessKey") ?? "")
    }
  }
  return {
    host: serviceBus.host,
    keyName: serviceBus.sasKeyName,
    plainTcp: !serviceBus.useHttps,
    key: maskinporten.enabled ? undefined : serviceBus.sasToken
  }
}

/** The queues' settings, and what tells the key of the namespace where the registry does not. */
export const channelOf = (settings: Settings["Service"]) => {
  const { nextMove, org } = settings
  const { serviceBus } = nextMove
  const { key, ...namespace } = namespaceOf(settings)
  const channel: ServiceBusSettings = {
    ...namespace,
    webSockets: serviceBus.useWebSockets,
    organisasjonsnummer: org.number,
    mode: serviceBus.mode,
    receiptQueue: serviceBus.receiptQueue,
    concurrency: serviceBus.readMaxMessages,
    timeout: serviceBus.connectTimeout,
    keyTransport: "pkcs1"
  }
  return { channel, key: key && Registries.fixedServiceBusKey(key) }
}

/** Sends and receives on eInnsyn's queues. */
export const layer = (settings: Settings["Service"]) => {
  const { channel, key } = channelOf(settings)
  const bus = ServiceBusChannel.layer(channel)
  return key === undefined ? bus : bus.pipe(Layer.provide(key))
}
