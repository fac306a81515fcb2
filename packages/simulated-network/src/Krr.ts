/**
 * Kontakt- og reservasjonsregisteret: tells which print house prints letters, unsigned and to anybody.
 *
 * Source: dpi 9.
 */
import { Context, Effect, Layer, Ref } from "effect"
import { HttpRouter, HttpServerResponse } from "effect/http"
import * as Faults from "./Faults.ts"
import { Listener } from "./Listener.ts"
import { Pki } from "./pki/Pki.ts"
import type { Population } from "./Population.ts"

const path = "/rest/v2/printSertifikat"

/** The simulated KRR, as tests see it. */
export class Krr extends Context.Service<
  Krr,
  {
    readonly printUrl: string
    readonly setPrintHouse: (organisasjonsnummer: string, certificate: string) => Effect.Effect<void>
    readonly faults: Faults.Faults
  }
>()("@eformidling/simulated-network/Krr") {}

/** KRR under `/rest/v2/printSertifikat` of the listener. */
export const layer = (options: {
  readonly population: Population
}): Layer.Layer<Krr, never, Pki | Listener | HttpRouter.HttpRouter> =>
  Layer.effect(
    Krr,
    Effect.gen(function* () {
      const { baseUrl } = yield* Listener
      const { printHouse } = options.population
      const { certificatePem } = yield* (yield* Pki).identity(printHouse)
      const current = yield* Ref.make({ organisasjonsnummer: printHouse, certificate: certificatePem })
      const { around, faults } = yield* Faults.make
      const router = yield* HttpRouter.HttpRouter
      yield* router.add(
        "GET",
        path,
        around(
          Effect.map(Ref.get(current), ({ certificate, organisasjonsnummer }) =>
            HttpServerResponse.jsonUnsafe({
              postkasseleverandoerAdresse: organisasjonsnummer,
              x509Sertifikat: certificate
            })
          )
        )
      )
      return Krr.of({
        printUrl: `${baseUrl}${path}`,
        setPrintHouse: (organisasjonsnummer, certificate) => Ref.set(current, { organisasjonsnummer, certificate }),
        faults
      })
    })
  )
