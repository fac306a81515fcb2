import * as X509CertificateValidator from "@eformidling/adapter-dokumentpakke-cms/X509CertificateValidator"
import { BusinessCertificate } from "@eformidling/port-dokumentpakke/BusinessCertificate"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Layer, Option, Redacted } from "effect"
import { compactVerify, decodeProtectedHeader } from "jose"
import { X509Certificate } from "node:crypto"
import * as Jws from "./Jws.ts"
import { hasData, text, titled } from "./internal/published.testing.ts"

interface Vector {
  readonly id: string
  readonly file: string
  readonly expect: "accept" | "reject" | "either"
  readonly reason: string
  readonly stage?: string
}

const vectors: ReadonlyArray<Vector> = hasData ? JSON.parse(text("vectors/index.json")).jws : []

const vectorTrust = Layer.unwrap(
  Effect.sync(() =>
    X509CertificateValidator.layer({
      mode: "ANCHORED",
      anchors: [text("vectors/keys/ca-root.cert.pem")],
      intermediates: [text("vectors/keys/ca-seid1.cert.pem"), text("vectors/keys/ca-seid2.cert.pem")]
    })
  )
)

/** What the signature does not decide: the package's bytes, who may sign for whom, and that content is JSON. */
const decidedElsewhere = (vector: Vector) =>
  vector.stage === "fingerprint" || vector.stage === "sender" || vector.id === "jws-ps256"

const verify = (jws: string) =>
  Effect.flatMap(Jws.verifier, (check) => Effect.result(check(jws.trim()))).pipe(Effect.provide(vectorTrust))

describe.skipIf(!hasData)("the JWS vectors", () => {
  for (const vector of vectors.filter((one) => !decidedElsewhere(one))) {
    it.live(
      titled(
        `${vector.expect === "accept" ? "are verified" : vector.expect === "reject" ? "are refused" : "are judged without dying"}: ${vector.reason} (${vector.id})`
      ),
      () =>
        Effect.gen(function* () {
          const result = yield* verify(text(`vectors/${vector.file}`))
          if (vector.expect === "either") return
          assert.strictEqual(result._tag, vector.expect === "accept" ? "Success" : "Failure")
        })
    )
  }
})

describe.skipIf(!hasData)("Jws.signer", () => {
  const chain = () =>
    text("vectors/keys/avsender.chain.pem")
      .split(/(?=-----BEGIN CERTIFICATE-----)/)
      .filter((pem) => pem.includes("BEGIN"))
      .map((pem) => new X509Certificate(pem))

  const certificate = Layer.sync(BusinessCertificate, () => {
    const [leaf, ...issuers] = chain()
    return BusinessCertificate.of({
      organisasjonsnummer: Option.none(),
      chain: [leaf!.raw, ...issuers.map(({ raw }) => raw)],
      privateKey: Redacted.make(text("vectors/keys/avsender.key.pem")),
      notBefore: DateTime.makeUnsafe(leaf!.validFromDate),
      notAfter: DateTime.makeUnsafe(leaf!.validToDate),
      serialNumber: "1",
      subject: leaf!.subject
    })
  })

  it.effect(titled("signs with alg and x5c alone, the leaf alone, over the whole document (DPI-55, DPI-56)"), () =>
    Effect.gen(function* () {
      const sign = yield* Jws.signer
      const jws = yield* sign({ standardBusinessDocument: { a: "æ" } })
      const header = decodeProtectedHeader(jws)
      const [leaf] = chain()
      assert.isAbove(chain().length, 1)
      assert.deepStrictEqual(header, { alg: "RS256", x5c: [leaf!.raw.toString("base64")] })
      const { payload } = yield* Effect.promise(() => compactVerify(jws, leaf!.publicKey))
      assert.strictEqual(Buffer.from(payload).toString("utf8"), '{"standardBusinessDocument":{"a":"æ"}}')
    }).pipe(Effect.provide(certificate))
  )
})
