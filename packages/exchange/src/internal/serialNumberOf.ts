import { X509Certificate } from "node:crypto"
import { Effect } from "effect"

/** Serial number of a certificate in PEM, in decimal. Fails when it is not a certificate. */
export const serialNumberOf = (pem: string) =>
  Effect.try({
    try: () => BigInt(`0x${new X509Certificate(pem).serialNumber}`).toString(),
    catch: (cause) => cause
  })
