/**
 * What every {@link DokumentpakkeSealer} and {@link DokumentpakkeOpener} are held to together, run by the test of each
 * implementation.
 */
import { assert, layer } from "@effect/vitest"
import { Effect, type Layer, Schema, Stream } from "effect"
import { TestClock } from "effect/testing"
import type { Document } from "./Document.ts"
import { DocumentError } from "./DokumentpakkeError.ts"
import { DokumentpakkeOpener, type Flavour } from "./DokumentpakkeOpener.ts"
import { DokumentpakkeSealer, type RecipientCertificate, type SealRequest } from "./DokumentpakkeSealer.ts"

/** Whom the kit seals for, and when. */
export interface Parties {
  /** The certificate of the opener's own key. */
  readonly own: RecipientCertificate
  /** A certificate the opener has no key for. */
  readonly other: RecipientCertificate
  /** Milliseconds since 1970 at which the certificates are in force. */
  readonly now: number
}

/** Promises that not every implementation makes. */
export interface Guarantees {
  /** Notices any change of the sealed bytes. */
  readonly detectsTampering: boolean
  /** Refuses requests that break the rules of their flavour. */
  readonly checksRequests: boolean
}

const flavours = ["dpi", "dpe", "dpo"] as const

const Names = Schema.Literals([
  "brev",
  "vedlegg æøå",
  "a&b<c>",
  "vedlegg+1 (kopi)",
  "100%25 sikker",
  "o\u0301 og \u00f3",
  "😀",
  "stjerne*tilde~!'"
])

const Documents = Schema.Array(
  Schema.Struct({
    name: Names,
    mimeType: Schema.Literals(["application/pdf", "text/plain;charset=UTF-8", "application/xml", "image/png"]),
    content: Schema.Uint8Array,
    measured: Schema.Boolean
  })
).check(Schema.isMinLength(1), Schema.isMaxLength(6))

const pieces = (content: Uint8Array) =>
  Stream.fromIterable([content.subarray(0, content.length >> 1), content.subarray(content.length >> 1)])

const text = (words: string) => new TextEncoder().encode(words)

const letter: Document = {
  filename: "brev.txt",
  mimeType: "text/plain",
  content: () => pieces(text("Noen måtte ha baktalt Josef K."))
}

const requestFor = (
  flavour: (typeof flavours)[number],
  documents: ReadonlyArray<Document>,
  recipientCertificate: RecipientCertificate
): SealRequest => {
  if (flavour !== "dpi") {
    return { flavour, sender: "0192:910076787", receiver: "0192:991825827", documents, recipientCertificate }
  }
  const [first = letter, ...others] = documents
  const entry = ({ filename, mimeType }: Document) => ({
    href: filename,
    mime: mimeType,
    tittel: { lang: "NO", text: filename }
  })
  return {
    flavour,
    manifest: {
      avsender: { organisasjon: "0192:910076787" },
      postkasseadresse: "ola#1",
      hoveddokument: entry(first),
      vedlegg: others.map(entry)
    },
    documents,
    recipientCertificate
  }
}

/** Runs the contract. Time is the test clock, set to `parties.now`. */
export const suite = <E>(
  name: string,
  implementation: Layer.Layer<DokumentpakkeSealer | DokumentpakkeOpener, E>,
  parties: () => Parties,
  guarantees: Guarantees
): void =>
  layer(implementation)(`Dokumentpakke (${name})`, (it) => {
    const begin = Effect.suspend(() => TestClock.setTime(parties().now))

    const seal = (flavour: (typeof flavours)[number], documents: ReadonlyArray<Document>, recipient = parties().own) =>
      Effect.flatMap(DokumentpakkeSealer, (sealer) => sealer.seal(requestFor(flavour, documents, recipient)))

    const open = Effect.fnUntraced(function* (sealed: Stream.Stream<Uint8Array>, flavour: Flavour) {
      const opener = yield* DokumentpakkeOpener
      return yield* opener.open(yield* opener.decrypt(sealed), { flavour })
    })

    for (const flavour of flavours) {
      it.effect.prop(
        `opens every ${flavour} package to the documents it was sealed with`,
        [Documents],
        ([documents]) =>
          Effect.gen(function* () {
            yield* begin
            const sent = documents.map(({ content, measured, mimeType, name }, index) => ({
              filename: `${index} ${name}.txt`,
              mimeType,
              content: () => pieces(content),
              bytes: content,
              ...(measured ? { size: content.length } : {})
            }))
            const sealed = yield* seal(flavour, sent)
            const bytes = yield* Stream.mkUint8Array(sealed.content)
            assert.strictEqual(bytes.length, sealed.size)
            const opened = yield* open(Stream.make(bytes), flavour)
            assert.strictEqual(opened.verdict.outcome, "valid")
            assert.strictEqual(opened.manifest._tag, flavour === "dpi" ? "dpi" : "nextmove")
            const received = yield* Effect.forEach(opened.documents, (document) =>
              Effect.map(Stream.mkUint8Array(document.content), (content) => {
                assert.strictEqual(document.size, content.length)
                return { name: document.name, mimeType: document.mimeType, content: [...content] }
              })
            )
            assert.deepStrictEqual(
              received,
              sent.map((document) => ({
                name: document.filename,
                mimeType: document.mimeType,
                content: [...document.bytes]
              }))
            )
          }).pipe(Effect.scoped),
        { arbitrary: { runs: 15 } }
      )
    }

    it.effect("gives the same bytes each time a sealed package is read", () =>
      Effect.gen(function* () {
        yield* begin
        const sealed = yield* seal("dpe", [letter])
        assert.deepStrictEqual(yield* Stream.mkUint8Array(sealed.content), yield* Stream.mkUint8Array(sealed.content))
      }).pipe(Effect.scoped)
    )

    it.effect("gives a document's bytes from the start each time", () =>
      Effect.gen(function* () {
        yield* begin
        const [document] = (yield* open(Stream.orDie((yield* seal("dpi", [letter])).content), "dpi")).documents
        assert(document !== undefined)
        assert.deepStrictEqual(
          yield* Stream.mkUint8Array(document.content),
          yield* Stream.mkUint8Array(document.content)
        )
      }).pipe(Effect.scoped)
    )

    it.effect("does not open what was sealed for another", () =>
      Effect.gen(function* () {
        yield* begin
        const sealed = yield* seal("dpe", [letter], parties().other)
        const error = yield* Effect.flip(open(Stream.orDie(sealed.content), "dpe"))
        assert.strictEqual(error.reason._tag, "NotReadable")
      }).pipe(Effect.scoped)
    )

    it.effect("says the same of bytes that are no package and of a package for another", () =>
      Effect.gen(function* () {
        yield* begin
        const opener = yield* DokumentpakkeOpener
        const sealed = yield* seal("dpe", [letter], parties().other)
        const foreign = yield* Effect.flip(opener.decrypt(sealed.content))
        const garbage = yield* Effect.flip(opener.decrypt(Stream.make(text("ikke en pakke"))))
        const empty = yield* Effect.flip(opener.decrypt(Stream.empty))
        assert.deepStrictEqual([garbage.message, empty.message], [foreign.message, foreign.message])
      }).pipe(Effect.scoped)
    )

    it.effect("refuses a document with another size or digest than it was stored with", () =>
      Effect.gen(function* () {
        yield* begin
        for (const known of [{ size: 5 }, { size: 500 }, { sha256: new Uint8Array(32) }]) {
          const error = yield* Effect.flip(seal("dpe", [{ ...letter, ...known }]))
          assert.strictEqual(error.reason._tag, "DocumentChanged")
        }
      }).pipe(Effect.scoped)
    )

    it.effect("tells a document that cannot be read from one that may not be sent", () =>
      Effect.gen(function* () {
        yield* begin
        const gone = new DocumentError({ filename: letter.filename, cause: "gone" })
        const error = yield* Effect.flip(seal("dpe", [{ ...letter, content: () => Stream.fail(gone) }]))
        assert.strictEqual(error.reason._tag, "Unavailable")
      }).pipe(Effect.scoped)
    )

    it.effect.skipIf(!guarantees.detectsTampering)("does not open a package with any one bit changed", () =>
      Effect.gen(function* () {
        yield* begin
        const bytes = yield* Stream.mkUint8Array((yield* seal("dpi", [letter])).content)
        const positions = yield* Effect.sync(() =>
          Array.from({ length: 64 }, (_, index) => Math.floor(((index + 0.5) / 64) * bytes.length))
        )
        for (const position of positions) {
          const changed = Uint8Array.from(bytes)
          changed[position]! ^= 0x10
          const exit = yield* Effect.exit(Effect.scoped(open(Stream.make(changed), "dpi")))
          if (exit._tag === "Success")
            assert.deepStrictEqual(
              exit.value.documents.map(({ name }) => name),
              [letter.filename]
            )
        }
      }).pipe(Effect.scoped)
    )

    it.effect.skipIf(!guarantees.checksRequests)(
      "refuses a package without documents, and names that occur twice or are the package's own",
      () =>
        Effect.gen(function* () {
          yield* begin
          const names = ["manifest.xml", "mimetype", "META-INF/x.txt", "../x.txt", "/x.txt", "C:\\x.txt", "a\u0000.txt"]
          const wrong = [[], [letter, letter], ...names.map((filename) => [{ ...letter, filename }])]
          for (const documents of wrong) {
            const error = yield* Effect.flip(seal("dpe", documents))
            assert.strictEqual(error.reason._tag, "InvalidInput")
          }
        }).pipe(Effect.scoped)
    )
  })
