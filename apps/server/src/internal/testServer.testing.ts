/**
 * The server on a free port of the loopback interface, over adapters in memory.
 */
import { Organisasjonsnummer } from "@eformidling/domain/Organisasjonsnummer"
import * as ExchangeSettings from "@eformidling/exchange/ExchangeSettings"
import * as StatusRegistered from "@eformidling/exchange/StatusRegistered"
import * as MemoryCertificateLookup from "@eformidling/adapter-memory/MemoryCertificateLookup"
import * as MemoryDokumentpakke from "@eformidling/adapter-memory/MemoryDokumentpakke"
import * as MemoryRecipientLookup from "@eformidling/adapter-memory/MemoryRecipientLookup"
import * as MemoryRegistry from "@eformidling/adapter-memory/MemoryRegistry"
import * as MemoryStore from "@eformidling/adapter-memory/MemoryStore"
import { BusinessCertificate } from "@eformidling/port-dokumentpakke/BusinessCertificate"
import type { ServiceRecord } from "@eformidling/port-registry/ServiceRecord"
import { Context, DateTime, Effect, Layer, Logger, Option, Redacted } from "effect"
import { HttpServer } from "effect/http"
import { TestClock } from "effect/testing"
import * as ApiServer from "../ApiServer.ts"
import { type Answer, type Call, httpCall } from "./httpCall.testing.ts"

/** Speaks to the server under test. */
export class Client extends Context.Service<
  Client,
  { readonly call: (method: string, path: string, call?: Call) => Effect.Effect<Answer> }
>()("@eformidling/server/internal/Client") {}

/** What the server has logged, one line each, annotations and all. */
export class LogLines extends Context.Service<LogLines, { readonly lines: ReadonlyArray<string> }>()(
  "@eformidling/server/internal/LogLines"
) {}

const logs = Layer.unwrap(
  Effect.sync(() => {
    const lines: Array<string> = []
    const gather = Logger.map(Logger.formatJson, (line) => void lines.push(line))
    return Layer.merge(Logger.layer([gather]), Layer.succeed(LogLines, { lines }))
  })
)

export const own = Organisasjonsnummer.make("910077473")
export const citizen = "09118532322"
export const eInnsyn = "910075935"

const process = (name: string) => `urn:no:difi:profile:${name}:ver1.0`

const record = (
  fields: Partial<ServiceRecord> & Pick<ServiceRecord, "process" | "documentTypes" | "service">
): ServiceRecord => ({
  organisationNumber: citizen,
  pemCertificate: "certificate",
  orgnrPostkasse: null,
  postkasseAdresse: null,
  mobilnummer: null,
  epostAdresse: null,
  kanVarsles: false,
  fysiskPost: false,
  spraak: null,
  ...fields
})

const dpi = { identifier: "DPI", endpointUrl: "", securityLevel: null } as const
const dpe = (endpointUrl: string) => ({ identifier: "DPE", endpointUrl, securityLevel: null }) as const

const address = {
  name: "Kari Nordmann",
  street: "Utsikten 1;Etasje 2",
  postalCode: "2900",
  postalArea: "FJELLHEIMEN",
  country: "Norway"
}

const digitalAndPrint = (name: string) =>
  record({
    process: process(`digitalpost:${name}`),
    documentTypes: ["urn:no:difi:digitalpost:xsd:digital::digital", "urn:no:difi:digitalpost:xsd:fysisk::print"],
    service: dpi,
    orgnrPostkasse: "987464291",
    postkasseAdresse: "dummy",
    postAddress: address,
    returnAddress: address
  })

/** A citizen with mailbox and address, and an organisation with eInnsyn. */
export const contents: MemoryRegistry.Contents = {
  certificates: {},
  recipients: {
    [citizen]: [digitalAndPrint("info"), digitalAndPrint("vedtak")],
    [eInnsyn]: [
      record({
        organisationNumber: eInnsyn,
        process: process("einnsyn:innsynskrav"),
        documentTypes: ["urn:no:difi:einnsyn:xsd::innsynskrav"],
        service: dpe("innsyn")
      }),
      record({
        organisationNumber: eInnsyn,
        process: process("einnsyn:journalpost"),
        documentTypes: ["urn:no:difi:einnsyn:xsd::publisering"],
        service: dpe("innsyn")
      }),
      record({
        organisationNumber: eInnsyn,
        process: process("einnsyn:response"),
        documentTypes: [
          "urn:no:difi:einnsyn:xsd::einnsyn_kvittering",
          "urn:no:difi:eformidling:xsd::status",
          "urn:no:difi:eformidling:xsd::feil"
        ],
        service: dpe("data")
      })
    ]
  }
}

const certificate = Layer.succeed(BusinessCertificate, {
  organisasjonsnummer: Option.some(own),
  chain: [new Uint8Array()],
  privateKey: Redacted.make(""),
  notBefore: DateTime.toUtc(DateTime.makeUnsafe("1960-01-01T00:00:00Z")),
  notAfter: DateTime.toUtc(DateTime.makeUnsafe("2999-01-01T00:00:00Z")),
  serialNumber: "1",
  subject: "CN=test"
})

export interface Options {
  readonly settings?: Partial<ApiServer.Settings> | undefined
  readonly exchange?: Partial<ExchangeSettings.Settings> | undefined
  /** What the test clock shows when the server starts; the real time when absent. */
  readonly startsAt?: string | undefined
  /** The registry is away from the start. */
  readonly registryAway?: boolean | undefined
}

const startingAt = (time: string) =>
  Layer.effectDiscard(TestClock.setTime(DateTime.toEpochMillis(DateTime.makeUnsafe(time))))

const away = Layer.effectDiscard(
  Effect.flatMap(MemoryRegistry.MemoryRegistry, (registry) => registry.setAvailable(false))
)

const client = Layer.effect(
  Client,
  Effect.map(HttpServer.HttpServer, ({ address }) =>
    Client.of({ call: httpCall("port" in address ? address.port : 0) })
  )
)

/** A server, a client for it, and everything behind it for a test to look at. */
export const layer = ({ exchange, registryAway, settings, startsAt }: Options = {}) =>
  client.pipe(
    Layer.provideMerge(ApiServer.layer({ ...ApiServer.defaults, host: "127.0.0.1", port: 0, ...settings })),
    Layer.provideMerge(
      Layer.mergeAll(
        MemoryStore.layer,
        MemoryDokumentpakke.layer("certificate"),
        MemoryRecipientLookup.layer,
        MemoryCertificateLookup.layer,
        StatusRegistered.layer,
        ExchangeSettings.layer({ ...ExchangeSettings.defaults(own), ...exchange }),
        certificate
      )
    ),
    Layer.provideMerge(registryAway === true ? away : Layer.empty),
    Layer.provideMerge(MemoryRegistry.layer(contents)),
    Layer.provideMerge(logs),
    Layer.provideMerge(startsAt === undefined ? Layer.empty : startingAt(startsAt))
  )
