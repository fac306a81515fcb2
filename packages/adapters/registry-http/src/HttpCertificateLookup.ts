import { CertificateLookup } from "@eformidling/port-registry/CertificateLookup"
import { NotFound, Refused, RegistryError, Unreadable } from "@eformidling/port-registry/RegistryError"
import { Cache, Effect, Exit, Layer } from "effect"
import { statusLine } from "./internal/http.ts"
import { withLines } from "./internal/pem.ts"
import { descriptionIn } from "./internal/refusals.ts"
import { type OtherStatus, pathPart, RegistryClient } from "./RegistryClient.ts"

const reasonOf = (organisasjonsnummer: string, { body, status }: OtherStatus) => {
  const description = descriptionIn(body)
  const detail =
    description ?? `The service registry answered ${statusLine(status)} about the certificate of ${organisasjonsnummer}`
  return status === 404
    ? new NotFound({ detail })
    : new Refused({ status, ...(description === undefined ? {} : { description }), detail })
}

const make = Effect.gen(function* () {
  const { ask } = yield* RegistryClient

  const askAbout = Effect.fnUntraced(function* (organisasjonsnummer: string) {
    const certificate = withLines(yield* ask({ path: `/virksert/${pathPart(organisasjonsnummer)}` }))
    if (!/^-----BEGIN CERTIFICATE-----\s[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s/.test(certificate)) {
      return yield* new RegistryError({
        reason: new Unreadable({
          detail: `What the service registry has for ${organisasjonsnummer} is not a certificate`
        })
      })
    }
    return certificate
  })

  const kept = yield* Cache.makeWith(askAbout, {
    capacity: 1_000,
    timeToLive: (exit) => (Exit.isSuccess(exit) ? "5 minutes" : 0)
  })

  return CertificateLookup.of({
    certificateOf: Effect.fn("HttpCertificateLookup.certificateOf")(function* (organisasjonsnummer) {
      return yield* Cache.get(kept, organisasjonsnummer).pipe(
        Effect.catchTag("OtherStatus", (answer) =>
          Effect.fail(new RegistryError({ reason: reasonOf(organisasjonsnummer, answer) }))
        )
      )
    })
  })
})

/** Finds certificates in the service registry (Virksert). */
export const layer: Layer.Layer<CertificateLookup, never, RegistryClient> = Layer.effect(CertificateLookup, make)
