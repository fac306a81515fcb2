/**
 * Takes packages apart with the reader's parts alone, for tests that look at single files.
 */
import { DokumentpakkeOpener } from "@eformidling/port-dokumentpakke/DokumentpakkeOpener"
import { Effect, Stream } from "effect"
import type { Stored } from "./storage.ts"
import { type Entry, readDirectory } from "./zipDirectory.ts"
import { digestEntry } from "./zipEntry.ts"

export const storedOf = (bytes: Uint8Array): Stored => ({
  size: bytes.length,
  read: (offset, length) => Effect.succeed(bytes.subarray(offset, offset + length))
})

/** Every file of a ZIP by its name, in the order of the ZIP. */
export const unzip = Effect.fnUntraced(function* (zip: Uint8Array) {
  const stored = storedOf(zip)
  const entries = yield* readDirectory(stored, 10_000)
  const files = new Map<string, { readonly entry: Entry; readonly bytes: Uint8Array }>()
  for (const entry of entries) {
    const { bytes } = yield* digestEntry(stored, entry, true)
    files.set(entry.name, { entry, bytes: bytes! })
  }
  return files
})

/** Decrypts with the opener of the context. */
export const decrypted = Effect.fnUntraced(function* (sealed: Uint8Array) {
  const opener = yield* DokumentpakkeOpener
  const container = yield* opener.decrypt(Stream.make(sealed))
  return yield* Stream.mkUint8Array(container.content)
}, Effect.scoped)
