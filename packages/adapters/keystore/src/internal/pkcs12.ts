/**
 * Reads PKCS#12, the old RC2 and 3DES kind included.
 *
 * node-forge unpacks the file and nothing else: keys and certificates leave it as DER.
 */
import { Buffer } from "node:buffer"
import { createPrivateKey } from "node:crypto"
import forge from "node-forge"
import { type KeyEntry, Refused } from "./keyEntry.ts"

const { asn1, pki, pkcs12 } = forge

const der = (value: forge.asn1.Asn1) => new Uint8Array(Buffer.from(asn1.toDer(value).getBytes(), "latin1"))

const attribute = (bag: forge.pkcs12.Bag, name: "friendlyName" | "localKeyId"): string | undefined => {
  const values: ReadonlyArray<unknown> | undefined = bag.attributes?.[name]
  const [value] = values ?? []
  return typeof value === "string" ? value : undefined
}

const bagsOf = (file: forge.pkcs12.Pkcs12Pfx, type: string | undefined): ReadonlyArray<forge.pkcs12.Bag> =>
  type === undefined ? [] : (file.getBags({ bagType: type })[type] ?? [])

const parse = (bytes: Buffer): forge.asn1.Asn1 => asn1.fromDer(forge.util.createBuffer(bytes.toString("latin1")), false)

const keyOf = (bag: forge.pkcs12.Bag) => {
  const info = bag.key ? pki.wrapRsaPrivateKey(pki.privateKeyToAsn1(bag.key)) : bag.asn1
  return createPrivateKey({ key: Buffer.from(der(info)), format: "der", type: "pkcs8" })
}

const certificateOf = (bag: forge.pkcs12.Bag): Uint8Array => der(bag.cert ? pki.certificateToAsn1(bag.cert) : bag.asn1)

/** Every private key of the file. One without a name is called by its number, as Java does. Throws `Refused`. */
export const readPkcs12 = (bytes: Buffer, password: string): ReadonlyArray<KeyEntry> => {
  const file = pkcs12.pkcs12FromAsn1(parse(bytes), false, password)
  const certificates = bagsOf(file, pki.oids.certBag).map(certificateOf)
  const keys = [...bagsOf(file, pki.oids.pkcs8ShroudedKeyBag), ...bagsOf(file, pki.oids.keyBag)]
  return keys.map((bag, index) => ({
    alias: attribute(bag, "friendlyName") ?? String(index + 1),
    key: keyOf(bag),
    certificates
  }))
}

/** What node-forge says, as an operator needs it. */
export const refusedPkcs12 = (cause: unknown): Refused => {
  if (cause instanceof Refused) return cause
  const message = cause instanceof Error ? cause.message : String(cause)
  return /password|MAC could not be verified|decrypt/i.test(message)
    ? new Refused("password", "the password does not fit the file", { cause })
    : new Refused("unsupported", message, { cause })
}
