/**
 * Packages a second and megabytes a second, beside the primitives they are made of, measured in the same run.
 */
import type { Document } from "@eformidling/port-dokumentpakke/Document"
import { DokumentpakkeSealer } from "@eformidling/port-dokumentpakke/DokumentpakkeSealer"
import { it } from "@effect/vitest"
import { Effect, Layer, Schedule, Stream } from "effect"
import { createCipheriv, createHash, generateKeyPairSync, hash, randomBytes, sign } from "node:crypto"
import { tmpdir } from "node:os"
import { crc32, deflateRawSync } from "node:zlib"
import * as CmsDokumentpakkeSealer from "./CmsDokumentpakkeSealer.ts"
import { businessCertificateOf, makeIdentity } from "./internal/certificates.testing.ts"

const root = makeIdentity({ name: "Rot", ca: true })
const own = makeIdentity({
  name: "Kommunen",
  organisasjonsnummer: "910076787",
  issuer: makeIdentity({ name: "Utsteder", ca: true, issuer: root })
})

const Live = CmsDokumentpakkeSealer.layer({
  temporaryDirectory: tmpdir(),
  trust: { mode: "ANCHORED", anchors: [], intermediates: [] }
}).pipe(Layer.provide(businessCertificateOf(own)))

const pieceBytes = 64 * 1024
const noise = randomBytes(pieceBytes)
const words = Buffer.from(
  Array.from({ length: 4096 }, (_, index) => `Vedtak ${(index * 7919) % 4001} i sak ${index}\n`).join("")
).subarray(0, pieceBytes)

/** A document of `size` bytes with what is taken of one while it is uploaded; it is never in memory whole. */
const documentOf = (size: number, kind: "random" | "text"): Document => {
  const piece = kind === "random" ? noise : words
  const pieces = Array.from({ length: Math.ceil(size / pieceBytes) }, (_, index) =>
    piece.subarray(0, Math.min(pieceBytes, size - index * pieceBytes))
  )
  const digest = createHash("sha256")
  for (const bytes of pieces) digest.update(bytes)
  return {
    filename: "brev.pdf",
    mimeType: kind === "random" ? "application/pdf" : "text/plain",
    size,
    sha256: digest.digest(),
    crc32: pieces.reduce((crc, bytes) => crc32(bytes, crc), 0),
    content: () => Stream.map(Stream.fromIterable(pieces), (bytes) => Uint8Array.from(bytes))
  }
}

const sealOne = Effect.fnUntraced(function* (document: Document) {
  const sealer = yield* DokumentpakkeSealer
  yield* sealer.seal({
    flavour: "dpi",
    manifest: {
      postkasseadresse: "ola.nordmann#9YDT",
      avsender: { organisasjon: "0192:910076787" },
      hoveddokument: { href: document.filename, mime: document.mimeType, tittel: { lang: "NO", text: "Vedtak" } },
      vedlegg: []
    },
    documents: [document],
    recipientCertificate: own.der
  })
}, Effect.scoped)

const print = (line: string) => Effect.sync(() => process.stdout.write(`${line}\n`))

const seconds = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const begin = performance.now()
    yield* effect
    return (performance.now() - begin) / 1000
  })

/** The highest resident size seen while `effect` runs, beyond that before it, in bytes. */
const addedResident = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const before = process.memoryUsage.rss()
    let peak = before
    const sample = Effect.sync(() => {
      peak = Math.max(peak, process.memoryUsage.rss())
    })
    yield* Effect.raceFirst(
      effect,
      Effect.flatMap(Effect.repeat(sample, Schedule.spaced("5 millis")), () => Effect.never)
    )
    return peak - before
  })

const bare = (name: string, bytes: number, times: number, work: () => void) =>
  Effect.gen(function* () {
    const elapsed = yield* seconds(
      Effect.sync(() => {
        for (let time = 0; time < times; time++) work()
      })
    )
    const rate =
      bytes === 0
        ? `${(times / elapsed).toFixed(0)} per second`
        : `${((bytes * times) / elapsed / 1e6).toFixed(0)} MB/s`
    yield* print(`${name.padEnd(28)} ${rate}`)
  })

const cases = [
  { size: 10_000, times: 2000 },
  { size: 1_000_000, times: 100 },
  { size: 50_000_000, times: 8 }
] as const

it.live(
  "seals DPI packages beside bare primitives",
  () =>
    Effect.gen(function* () {
      const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
      const million = randomBytes(1_000_000)
      yield* bare("bare RSA-2048 signature", 0, 1000, () => sign("sha256", noise.subarray(0, 1000), privateKey))
      yield* bare("bare SHA-256", 1_000_000, 200, () => hash("sha256", million, "buffer"))
      yield* bare("bare AES-256-CBC", 1_000_000, 200, () =>
        createCipheriv("aes-256-cbc", million.subarray(0, 32), million.subarray(0, 16)).update(million)
      )
      yield* bare("bare deflate of text", pieceBytes, 200, () => deflateRawSync(words, { level: 4 }))
      for (const { size, times } of cases) {
        for (const kind of ["random", "text"] as const) {
          const document = documentOf(size, kind)
          yield* Effect.replicateEffect(sealOne(document), Math.ceil(times / 10), { discard: true })
          for (const concurrency of [1, 2]) {
            const many = Effect.replicateEffect(sealOne(document), times, { concurrency, discard: true })
            let elapsed = 0
            const added = yield* addedResident(
              Effect.map(seconds(many), (taken) => {
                elapsed = taken
              })
            )
            const label = `${size / 1000} kB ${kind}, ${concurrency} at a time`
            yield* print(
              `${label.padEnd(28)} ${(times / elapsed).toFixed(1)} packages/s, ${((size * times) / elapsed / 1e6).toFixed(1)} MB/s, ${(added / 1e6).toFixed(0)} MB added`
            )
          }
        }
      }
    }).pipe(Effect.provide(Live)),
  600_000
)
