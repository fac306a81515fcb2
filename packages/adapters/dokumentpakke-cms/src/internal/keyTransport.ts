/**
 * Unwraps content keys: RSAES-OAEP with any pair of hash and mask function, and RSAES-PKCS1-v1_5.
 *
 * Source: RFC 8017, sections 7.1 and 7.2; dokumentpakke 15.8.
 */
import { constants, hash, type KeyObject, privateDecrypt, randomBytes, timingSafeEqual } from "node:crypto"
import { Malformed, oid, octets, type Value } from "./ber.ts"
import { digests, oids } from "./oids.ts"

interface OaepParameters {
  readonly digest: string
  readonly maskDigest: string
  readonly label: Uint8Array
}

const digestOf = (identifier: Value | undefined): string => {
  const type = identifier?.children[0]
  const digest = type === undefined ? undefined : digests[oid(type)]
  if (digest === undefined) throw new Malformed("the digest of the key transport is not known")
  return digest
}

const oaepParameters = (parameters: Value | undefined): OaepParameters => {
  let digest = "sha1"
  let maskDigest = "sha1"
  let label: Uint8Array = new Uint8Array()
  for (const parameter of parameters?.children ?? []) {
    const inner = parameter.children[0]
    if (parameter.tag === 0xa0) digest = digestOf(inner)
    else if (parameter.tag === 0xa1 && inner?.children[0] !== undefined && oid(inner.children[0]) === oids.mgf1)
      maskDigest = digestOf(inner.children[1])
    else if (parameter.tag === 0xa2 && inner?.children[1] !== undefined && oid(inner.children[0]!) === oids.pSpecified)
      label = octets(inner.children[1])
    else throw new Malformed("the parameters of the key transport are not known")
  }
  return { digest, maskDigest, label }
}

const mask = (digest: string, seed: Uint8Array, length: number) => {
  const blocks: Array<Uint8Array> = []
  for (let counter = 0, made = 0; made < length; counter++) {
    const suffix = Buffer.alloc(4)
    suffix.writeUInt32BE(counter)
    const block = hash(digest, Buffer.concat([seed, suffix]), "buffer")
    blocks.push(block)
    made += block.length
  }
  return Buffer.concat(blocks).subarray(0, length)
}

const exclusiveOr = (left: Uint8Array, right: Uint8Array) => left.map((octet, index) => octet ^ right[index]!)

/** EME-OAEP decoding for pairs that OpenSSL does not offer. It looks at every octet before it says what is wrong. */
const decodeOaep = (block: Uint8Array, { digest, label, maskDigest }: OaepParameters): Uint8Array => {
  const expected = hash(digest, label, "buffer")
  const size = expected.length
  if (block.length < 2 * size + 2) throw new Malformed("the content key cannot be unwrapped")
  const maskedData = block.subarray(1 + size)
  const seed = exclusiveOr(block.subarray(1, 1 + size), mask(maskDigest, maskedData, size))
  const data = exclusiveOr(maskedData, mask(maskDigest, seed, maskedData.length))
  let bad = block[0]! | (timingSafeEqual(data.subarray(0, size), expected) ? 0 : 1)
  let separator = -1
  for (let index = size; index < data.length; index++) {
    const octet = data[index]!
    if (separator === -1 && octet === 1) separator = index
    else if (separator === -1 && octet !== 0) bad |= 1
  }
  if (bad !== 0 || separator === -1) throw new Malformed("the content key cannot be unwrapped")
  return data.subarray(separator + 1)
}

/**
 * The content key of `keyBytes` bytes. Throws when OAEP does not open; a broken PKCS#1 v1.5 block gives a random
 * key, so that the failure shows where a wrong key shows.
 */
export const unwrapKey = (
  privateKey: KeyObject,
  algorithm: Value,
  encryptedKey: Uint8Array,
  keyBytes: number
): Uint8Array => {
  const [type, parameters] = algorithm.children
  const name = type === undefined ? "" : oid(type)
  if (name === oids.rsaEncryption) {
    const substitute = randomBytes(keyBytes)
    const key = privateDecrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, encryptedKey)
    return key.length === keyBytes ? key : substitute
  }
  if (name !== oids.rsaesOaep) throw new Malformed("the key transport is not known")
  const oaep = oaepParameters(parameters)
  const key =
    oaep.digest === oaep.maskDigest
      ? privateDecrypt(
          { key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: oaep.digest, oaepLabel: oaep.label },
          encryptedKey
        )
      : decodeOaep(privateDecrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, encryptedKey), oaep)
  if (key.length !== keyBytes) throw new Malformed("the content key has the wrong length")
  return key
}
