/**
 * The sandbox: the simulated network, and two organisations with an integrasjonspunkt each.
 */
import { sandbox as population } from "@eformidling/simulated-network/Population"
import * as SimulatedNetwork from "@eformidling/simulated-network/SimulatedNetwork"
import { Listener } from "@eformidling/simulated-network/Listener"
import { Console, Effect, Layer, Path } from "effect"
import * as Organisation from "./Organisation.ts"
import { welcome } from "./Welcome.ts"

/** Where the sandbox listens and keeps what it knows. */
export interface Options {
  /** The municipality's; eInnsyn's is the next. */
  readonly port: number
  readonly folder: string
}

/** Up from when the layer is built until its scope closes. What it knows is kept in the folder. */
export const layer = ({ folder, port }: Options) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const path = yield* Path.Path
      const network = SimulatedNetwork.layer({
        population,
        folder: path.join(folder, "network"),
        delivered: "500 millis",
        opened: "1 second"
      })
      const organisations = Layer.merge(
        Organisation.layer({ organisasjonsnummer: "910076787", port, mode: "innsyn" }, folder),
        Organisation.layer({ organisasjonsnummer: "991825827", port: port + 1, mode: "data" }, folder)
      )
      const announced = Layer.effectDiscard(
        Effect.flatMap(Listener, ({ baseUrl }) => Console.log(welcome({ port, network: baseUrl, folder })))
      )
      return announced.pipe(Layer.provide(organisations), Layer.provide(network))
    })
  )
