/**
 * The sandbox: the simulated network, and two organisations with an integrasjonspunkt each.
 */
import { Listener } from "@eformidling/simulated-network/Listener"
import { sandbox as population } from "@eformidling/simulated-network/Population"
import * as SimulatedNetwork from "@eformidling/simulated-network/SimulatedNetwork"
import { Context, Effect, Layer, Path } from "effect"
import * as Organisation from "./Organisation.ts"

/** Where everybody listens, and where what they know is kept. A port of 0 takes any that is free. */
export interface Options {
  readonly municipalityPort: number
  readonly eInnsynPort: number
  readonly networkPort: number
  readonly folder: string
}

/** Scheme, host and port of everybody. */
export interface Addresses {
  readonly municipality: string
  readonly eInnsyn: string
  /** `/mailboxes` of it shows what has been delivered. */
  readonly network: string
}

/** Starts everybody; they are up until the scope closes, and go on where they left off when started again. */
export const start = Effect.fn("Sandbox.start")(function* (options: Options) {
  const path = yield* Path.Path
  const network = yield* Layer.build(
    SimulatedNetwork.layer({
      population,
      folder: path.join(options.folder, "network"),
      port: options.networkPort,
      delivered: "500 millis",
      opened: "1 second"
    })
  )
  const startOrganisation = (organisation: Organisation.Organisation) =>
    Effect.provideContext(Organisation.start(organisation, options.folder), network)
  const [municipality, eInnsyn] = yield* Effect.all(
    [
      startOrganisation({ organisasjonsnummer: "910076787", port: options.municipalityPort, mode: "innsyn" }),
      startOrganisation({ organisasjonsnummer: "991825827", port: options.eInnsynPort, mode: "data" })
    ],
    { concurrency: 2 }
  )
  const addresses: Addresses = { municipality, eInnsyn, network: Context.get(network, Listener).baseUrl }
  return addresses
})
