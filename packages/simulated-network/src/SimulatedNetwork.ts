/**
 * Everyone an integrasjonspunkt talks to, on the loopback interface: Maskinporten, the service registry, KRR, corner 2
 * with mailboxes and print house, and Service Bus.
 */
import { layer as brokerLayer } from "@eformidling/servicebus-broker/Broker"
import type { BrokerOptions } from "@eformidling/servicebus-broker/BrokerOptions"
import * as FileJournal from "@eformidling/servicebus-broker/FileJournal"
import { type Duration, Effect, FileSystem, Layer, Path } from "effect"
import { HttpRouter } from "effect/http"
import * as Authorities from "./Authorities.ts"
import * as Corner2 from "./dpi/Corner2.ts"
import * as Listener from "./Listener.ts"
import * as PkiFolder from "./pki/PkiFolder.ts"
import { partiesOf, type Population } from "./Population.ts"

/** What the network is told. */
export interface Options {
  readonly population: Population
  /** Keys, letters and queues are kept here, over restarts and crashes. */
  readonly folder: string
  /** Of the HTTP services; any that is free unless one is named. */
  readonly port?: number | undefined
  /** From corner 2's taking a letter to its lying in the mailbox. */
  readonly delivered: Duration.Input
  /** From then to its being opened, or posted. */
  readonly opened: Duration.Input
}

/** The key that opens the Service Bus namespace, as the registry tells it. */
export const serviceBusKey = {
  name: "MoveDPE-pilotPolicy",
  key: "c2ltdWxlcnQtbsO4a2tlbC1zb20taWtrZS1lci1oZW1tZWxpZw=="
}

const queuesOf = ({ organisations }: Population): ReadonlyArray<string> =>
  organisations
    .filter(({ dpe }) => dpe.length > 0)
    .flatMap(({ organisasjonsnummer }) =>
      ["innsyn", "data", "meeting"].map((suffix) => `nextbestqueue${organisasjonsnummer}${suffix}`)
    )

const bus = Effect.fnUntraced(function* ({ folder, population }: Options) {
  const path = yield* Path.Path
  const options: BrokerOptions = {
    queues: queuesOf(population),
    keyName: serviceBusKey.name,
    key: serviceBusKey.key,
    maxMessageSize: 1024 * 1024,
    restPort: false,
    journal: yield* FileJournal.make({ path: path.join(folder, "servicebus.journal") })
  }
  return brokerLayer(options)
})

/** The whole network. Its state outlives it, in `folder`. */
export const layer = (options: Options) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const path = yield* Path.Path
      const files = yield* FileSystem.FileSystem
      const temporaryDirectory = path.join(options.folder, "tmp")
      yield* files.makeDirectory(temporaryDirectory, { recursive: true })
      const authorities = Authorities.layerRoutes({ population: options.population, serviceBusKey: serviceBusKey.key })
      const routes = Corner2.layer({
        population: options.population,
        letters: path.join(options.folder, "letters.db"),
        temporaryDirectory,
        delivered: options.delivered,
        opened: options.opened
      }).pipe(Layer.provideMerge(authorities))
      const http = HttpRouter.serve(routes, { disableLogger: true, disableListenLog: true }).pipe(
        Layer.provideMerge(Listener.layer(options.port))
      )
      const pki = PkiFolder.layer(path.join(options.folder, "pki"), partiesOf(options.population))
      return Layer.merge(http.pipe(Layer.provide(pki)), yield* bus(options))
    })
  )
