/**
 * Reads CMS EnvelopedData and AuthEnvelopedData as a stream, in any encoding BER allows.
 *
 * Source: RFC 5652, RFC 5083; dokumentpakke 9, 10 and 15.8.
 */
import type { DokumentpakkeError } from "@eformidling/port-dokumentpakke/DokumentpakkeError"
import { Effect, Result, type Stream } from "effect"
import type { KeyObject } from "node:crypto"
import { child, expect, Malformed, octets, oid, type Value } from "./ber.ts"
import { type ByteReader, type Header, makeByteReader } from "./byteReader.ts"
import type { Certificate } from "./certificate.ts"
import { contentCipher, type Decryption, startDecryption } from "./contentCipher.ts"
import { unwrapKey } from "./keyTransport.ts"
import { oids } from "./oids.ts"

type Failure<E> = E | Malformed | DokumentpakkeError

/** Anything thrown while bytes from outside are interpreted says the same: they cannot be read. */
const interpret = <A>(evaluate: () => A): Effect.Effect<A, Malformed> =>
  Effect.try({
    try: evaluate,
    catch: (cause) => (cause instanceof Malformed ? cause : new Malformed("the package cannot be decrypted", { cause }))
  })

const isOurs = (recipient: Value, certificate: Certificate): boolean => {
  const identifier = recipient.children[1]
  if (identifier === undefined) return false
  if (identifier.tag === 0x30) {
    const [issuer, serial] = identifier.children
    return (
      issuer !== undefined &&
      serial !== undefined &&
      Buffer.from(issuer.encoding).equals(certificate.issuer) &&
      Buffer.from(serial.encoding).equals(certificate.serialDer)
    )
  }
  const { subjectKeyIdentifier } = certificate
  return subjectKeyIdentifier !== undefined && Buffer.from(octets(identifier, 0x80)).equals(subjectKeyIdentifier)
}

/** The key to decrypt with, and its certificate where it is known. */
export interface DecryptionKey {
  readonly privateKey: KeyObject
  readonly certificate: Certificate | undefined
}

/**
 * Ours among the recipients; the only one, when it names a certificate that the same key may have had. A key without
 * its certificate may be anyone's of them.
 */
const findRecipients = (recipients: Value, certificate: Certificate | undefined): ReadonlyArray<Value> => {
  const keyTransports = expect(recipients, 0x31).children.filter(({ tag }) => tag === 0x30)
  if (certificate === undefined || keyTransports.length === 1) return keyTransports
  return keyTransports.filter((recipient) => isOurs(recipient, certificate)).slice(0, 1)
}

/** The content key out of the first recipient that the key opens. Throws where it opens none. */
const unwrapFrom = (recipients: Value, key: DecryptionKey, keyBytes: number): Uint8Array => {
  const attempts = findRecipients(recipients, key.certificate).map(
    (recipient) => () =>
      unwrapKey(key.privateKey, child(recipient, 2, 0x30), octets(child(recipient, 3, 0x04)), keyBytes)
  )
  const none = Result.fail<unknown>(new Malformed("the package is not for this certificate"))
  return Result.getOrThrow(
    attempts.reduce<Result.Result<Uint8Array, unknown>>(
      (outcome, attempt) => (Result.isSuccess(outcome) ? outcome : Result.try(attempt)),
      none
    )
  )
}

const maximumNesting = 8

const readContent = <E>(
  reader: ByteReader<E>,
  header: Header,
  to: (bytes: Uint8Array) => Effect.Effect<void, Failure<E>>,
  depth: number
): Effect.Effect<void, Failure<E>> =>
  Effect.gen(function* () {
    if ((header.tag & 0x20) === 0) return yield* (reader as ByteReader<Failure<E>>).pass(header, to)
    if (depth > maximumNesting) return yield* Effect.fail(new Malformed("the content is nested too deeply"))
    while (!(yield* reader.closed(header))) {
      const part = yield* reader.header
      if (part.tag !== 0x04 && part.tag !== 0x24)
        return yield* Effect.fail(new Malformed("the content is not made of octet strings"))
      yield* readContent(reader, part, to, depth + 1)
    }
  })

const expectHeader = <E>(reader: ByteReader<E>, tag: number) =>
  Effect.flatMap(reader.header, (header) =>
    header.tag === tag
      ? Effect.succeed(header)
      : Effect.fail(new Malformed(`a value should have tag 0x${tag.toString(16)}`))
  )

const expectClosed = <E>(reader: ByteReader<E>, header: Header) =>
  Effect.flatMap(reader.closed(header), (closed) =>
    closed ? Effect.void : Effect.fail(new Malformed("there is more than should be"))
  )

/** What follows the content: the tag of AuthEnvelopedData, and attributes that have no meaning to us. */
const readTrailer = Effect.fnUntraced(function* <E>(reader: ByteReader<E>, enveloped: Header, authenticated: boolean) {
  let tag: Uint8Array | undefined
  while (!(yield* reader.closed(enveloped))) {
    const value = yield* reader.value
    if (authenticated && tag === undefined && value.tag === 0x04) tag = value.content
    else if (authenticated && value.tag === 0xa1 && tag === undefined)
      return yield* Effect.fail(new Malformed("authenticated attributes are not read"))
    else if (value.tag !== 0xa1 && value.tag !== 0xa2)
      return yield* Effect.fail(new Malformed("an unknown value follows the content"))
  }
  return tag
})

/** Decrypts `sealed` piece by piece into `to`. What `to` was given may be used only after success. */
export const decryptEnvelope = Effect.fnUntraced(function* <E>(
  sealed: Stream.Stream<Uint8Array, E>,
  key: DecryptionKey,
  to: (bytes: Uint8Array) => Effect.Effect<void, DokumentpakkeError>
) {
  const reader = yield* makeByteReader(sealed)
  const contentInfo = yield* expectHeader(reader, 0x30)
  const type = yield* Effect.flatMap(reader.value, (value) => interpret(() => oid(value)))
  if (type !== oids.envelopedData && type !== oids.authEnvelopedData)
    return yield* Effect.fail(new Malformed("this is not enveloped data"))
  const wrapper = yield* expectHeader(reader, 0xa0)
  const enveloped = yield* expectHeader(reader, 0x30)
  yield* reader.value
  if ((yield* reader.peek) === 0xa0) yield* reader.value
  const recipients = yield* reader.value
  const contentHeader = yield* expectHeader(reader, 0x30)
  yield* reader.value
  const algorithm = yield* reader.value
  const tagInside = type === oids.envelopedData
  const decryption: Decryption = yield* interpret(() => {
    const cipher = contentCipher(algorithm)
    if (!tagInside && !cipher.authenticated) throw new Malformed("the content cipher has no authentication")
    return startDecryption(cipher, unwrapFrom(recipients, key, cipher.keyBytes), tagInside)
  })
  const content = yield* reader.header
  if (content.tag !== 0x80 && content.tag !== 0xa0)
    return yield* Effect.fail(new Malformed("there is no encrypted content"))
  const decrypt = (bytes: Uint8Array) =>
    Effect.flatMap(
      interpret(() => decryption.update(bytes)),
      (plain) => (plain.length === 0 ? Effect.void : to(plain))
    )
  yield* readContent(reader, content, decrypt, 0)
  yield* expectClosed(reader, contentHeader)
  const tag = yield* readTrailer(reader, enveloped, !tagInside)
  yield* expectClosed(reader, wrapper)
  yield* expectClosed(reader, contentInfo)
  yield* to(yield* interpret(() => decryption.end(tag)))
}, Effect.scoped)
