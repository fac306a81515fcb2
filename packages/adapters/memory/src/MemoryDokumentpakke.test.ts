import type { Document } from "@eformidling/port-dokumentpakke/Document"
import { DokumentpakkeOpener } from "@eformidling/port-dokumentpakke/DokumentpakkeOpener"
import { DokumentpakkeSealer } from "@eformidling/port-dokumentpakke/DokumentpakkeSealer"
import { assert, layer } from "@effect/vitest"
import { Effect, Stream } from "effect"
import * as MemoryDokumentpakke from "./MemoryDokumentpakke.ts"

const content = new TextEncoder().encode("Før loven står en dørvokter.")

const document: Document = {
  filename: "før loven.txt",
  mimeType: "text/plain",
  size: content.length,
  content: () => Stream.make(content)
}

const request = (document: Document, recipientCertificate: string) =>
  ({
    flavour: "dpe",
    sender: "0192:910077473",
    receiver: "0192:991825827",
    documents: [document],
    recipientCertificate
  }) as const

layer(MemoryDokumentpakke.layer("own"))("MemoryDokumentpakke", (it) => {
  it.effect("opens to the documents that were sealed", () =>
    Effect.gen(function* () {
      const sealed = yield* (yield* DokumentpakkeSealer).seal(request(document, "own"))
      const opener = yield* DokumentpakkeOpener
      const container = yield* opener.decrypt(sealed.content)
      const opened = yield* opener.open(container, { flavour: "dpe" })
      assert.deepStrictEqual(
        opened.documents.map(({ name, size }) => ({ name, size })),
        [{ name: document.filename, size: content.length }]
      )
      assert(opened.manifest._tag === "nextmove")
      assert.strictEqual(opened.manifest.manifest.hoveddokument.href, document.filename)
    })
  )

  it.effect("does not decrypt what was sealed for another", () =>
    Effect.gen(function* () {
      const sealed = yield* (yield* DokumentpakkeSealer).seal(request(document, "another"))
      const error = yield* Effect.flip((yield* DokumentpakkeOpener).decrypt(sealed.content))
      assert.strictEqual(error.reason._tag, "NotReadable")
    })
  )

  it.effect("does not decrypt what is no package", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip((yield* DokumentpakkeOpener).decrypt(Stream.make(content)))
      assert.strictEqual(error.reason._tag, "NotReadable")
    })
  )

  it.effect("refuses a document that is not the one that was stored", () =>
    Effect.gen(function* () {
      const changed = { ...document, size: content.length + 1 }
      const error = yield* Effect.flip((yield* DokumentpakkeSealer).seal(request(changed, "own")))
      assert.strictEqual(error.reason._tag, "DocumentChanged")
    })
  )
})
