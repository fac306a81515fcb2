import { assert, describe, it } from "@effect/vitest"
import { hash } from "node:crypto"
import { canonicalize } from "./canonical.ts"
import { canonicalSignedProperties, makeXades } from "./xadesWriter.ts"
import { descendants, parseXml } from "./xml.ts"

const signer = {
  sha1: Uint8Array.from({ length: 20 }, (_, index) => index),
  issuerName: "CN=Example Issuing CA, O=Example AS, C=NO",
  serial: 1234567890n
}

describe("xadesWriter", () => {
  it("digests SignedProperties to the value of vector X1 (DPI-47)", () => {
    const canonical = canonicalSignedProperties("2026-03-01T09:30:00.000+01:00", signer, [
      "application/xml",
      "application/pdf"
    ])
    assert.strictEqual(Buffer.byteLength(canonical), 906)
    assert.strictEqual(hash("sha256", canonical, "base64"), "uIJ8TB0+ZCeMU/h72j8FAEJv+Z2wR50EjUZN2mTMdYY=")
  })

  it("signs what a reader canonicalizes in place", () => {
    const xades = makeXades({
      files: [{ name: "Brev & vedlegg.pdf", mimeType: 'application/pdf;a="<&>"', sha256: new Uint8Array(32) }],
      signingTime: "2026-03-01T09:30:00.000Z",
      signer: { ...signer, issuerName: 'O="A & B, <C>"' },
      x509Data: ""
    })
    const root = parseXml(xades.withSignature(new Uint8Array(256)))
    const named = (local: string) => [...descendants(root)].find((element) => element.local === local)!
    assert.strictEqual(
      Buffer.from(canonicalize(named("SignedInfo"), undefined)).toString(),
      Buffer.from(xades.signedInfo).toString()
    )
    const properties = hash("sha256", canonicalize(named("SignedProperties"), undefined), "base64")
    assert.include(Buffer.from(xades.signedInfo).toString(), `<DigestValue>${properties}</DigestValue>`)
  })
})
