/**
 * Writes the detached CMS SignedData of a NextMove package, with SHA-256.
 *
 * Source: RFC 5652; dokumentpakke 8.
 */
import type { DokumentpakkeError } from "@eformidling/port-dokumentpakke/DokumentpakkeError"
import { Effect } from "effect"
import { hash } from "node:crypto"
import { algorithm, octetString, oid, sequence, setOf, small, tagged, time } from "./der.ts"
import { oids } from "./oids.ts"
import { type SigningKey, signBytes } from "./signingKey.ts"

const attribute = (type: string, value: Uint8Array) => sequence(oid(type), setOf(value))

/** Signs `content`, which is not put inside. `signingTime` is ISO 8601 in UTC. */
export const makeSignedData = (
  key: SigningKey,
  content: Uint8Array,
  signingTime: string
): Effect.Effect<Uint8Array, DokumentpakkeError> => {
  const attributes = setOf(
    attribute(oids.contentType, oid(oids.data)),
    attribute(oids.signingTime, time(signingTime)),
    attribute(oids.messageDigest, octetString(hash("sha256", content, "buffer")))
  )
  return Effect.map(signBytes(key, attributes), (signature) =>
    sequence(
      oid(oids.signedData),
      tagged(
        0xa0,
        sequence(
          small(1),
          tagged(0x31, algorithm(oids.sha256)),
          sequence(oid(oids.data)),
          tagged(0xa0, ...key.chain),
          tagged(
            0x31,
            sequence(
              small(1),
              sequence(key.certificate.issuer, key.certificate.serialDer),
              algorithm(oids.sha256),
              tagged(0xa0, attributes.subarray(attributes.length - contentLength(attributes))),
              algorithm(oids.rsaEncryption),
              octetString(signature)
            )
          )
        )
      )
    )
  )
}

/** Length of what stands inside a DER value. */
const contentLength = (der: Uint8Array) => {
  const first = der[1]!
  return der.length - 2 - (first < 0x80 ? 0 : first & 0x7f)
}
