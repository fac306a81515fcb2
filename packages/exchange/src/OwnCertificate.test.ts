import { CertificateLookup } from "@eformidling/port-registry/CertificateLookup"
import { RegistryError, RegistryUnavailable } from "@eformidling/port-registry/RegistryError"
import { BusinessCertificate } from "@eformidling/port-dokumentpakke/BusinessCertificate"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { dpiDefaults } from "./ExchangeSettings.ts"
import { world } from "./internal/world.test.support.ts"
import { checkOwnCertificate } from "./OwnCertificate.ts"

/** Self-signed, serial number 4660 (0x1234), made for this test with `openssl req -x509 -set_serial 4660`. */
const pem = `-----BEGIN CERTIFICATE-----
MIIBYjCCAQmgAwIBAgICEjQwCgYIKoZIzj0EAwIwDzENMAsGA1UEAwwEdGVzdDAg
Fw0yNjExMjQxNDQ1MzRaGA8yMTI2MTAzMTE0NDUzNFowDzENMAsGA1UEAwwEdGVz
dDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABCeBeBxasr1cmUlP5uq/DdQ0hUJH
Hq8jWQrjI3A4H1pQiyyBWacAsga3PcIrtX9n7bJygMhihdM3VKWoO4N7zWmjUzBR
MB0GA1UdDgQWBBR6lyntcXXY4LrLPK2eQ1jrTnRc1jAfBgNVHSMEGDAWgBR6lynt
cXXY4LrLPK2eQ1jrTnRc1jAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0cA
MEQCIBRIb58wYwMmWKrQgmfWDiFKFjd0F7aptir8F9gIP2e+AiB2Q70RH+z3HkI6
Hp7pmtgko9hdUbhiuPuFhtUvbrzJdA==
-----END CERTIFICATE-----`

const registered = Effect.provideService(CertificateLookup, { certificateOf: () => Effect.succeed(pem) })

const own = (serialNumber: string) =>
  Effect.updateService(BusinessCertificate, (certificate) => ({ ...certificate, serialNumber }))

describe("checkOwnCertificate", () => {
  it.effect("accepts the certificate that is registered", () =>
    checkOwnCertificate().pipe(own("4660"), registered, Effect.provide(world()))
  )

  it.effect("refuses another one than is registered, and names both serial numbers", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(checkOwnCertificate())
      assert.strictEqual(
        error.message,
        "Keystore certificate serial number (4711) does not match certificate in Virksert (4660)"
      )
    }).pipe(registered, Effect.provide(world()))
  )

  it.effect("does not ask without DPE", () =>
    checkOwnCertificate().pipe(registered, Effect.provide(world({ channels: { DPI: dpiDefaults } })))
  )

  it.effect("accepts its certificate while the registry is away or tells something unreadable", () =>
    Effect.gen(function* () {
      const away = new RegistryError({ reason: new RegistryUnavailable({ detail: "away" }) })
      yield* checkOwnCertificate().pipe(
        Effect.provideService(CertificateLookup, { certificateOf: () => Effect.fail(away) })
      )
      yield* checkOwnCertificate().pipe(
        Effect.provideService(CertificateLookup, { certificateOf: () => Effect.succeed("not PEM") })
      )
    }).pipe(Effect.provide(world()))
  )
})
