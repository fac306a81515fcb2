import { Effect } from "effect"
import { generateKeyPair, type KeyObject, sign } from "node:crypto"

/** A key pair and its private key as PKCS#8 in PEM. */
export interface RsaKey {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
  readonly pem: string
}

/** Makes an RSA key of 2048 bits in the thread pool. */
export const generate: Effect.Effect<RsaKey> = Effect.callback((resume) => {
  generateKeyPair("rsa", { modulusLength: 2048 }, (error, publicKey, privateKey) =>
    resume(
      error
        ? Effect.die(error)
        : Effect.sync(() => ({
            publicKey,
            privateKey,
            pem: privateKey.export({ type: "pkcs8", format: "pem" }).toString()
          }))
    )
  )
})

/** PKCS#1 v1.5 with SHA-256, in the thread pool. */
export const signature = (data: Uint8Array, key: KeyObject): Effect.Effect<Uint8Array> =>
  Effect.callback((resume) => {
    sign("RSA-SHA256", data, key, (error, value) => resume(error ? Effect.die(error) : Effect.succeed(value)))
  })
