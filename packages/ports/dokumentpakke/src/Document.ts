/**
 * A document on its way into a dokumentpakke.
 */
import type { Stream } from "effect"
import type { DocumentError } from "./DokumentpakkeError.ts"

/**
 * One file of a package.
 *
 * `size`, `sha256` and `crc32` are what was taken when the document was stored. Where all three are given the
 * document is read once, and a difference fails the seal with `DocumentChanged`; where one is missing the
 * document is read one time more to find them.
 */
export interface Document {
  /** Name of the entry, raw: neither normalised nor encoded. */
  readonly filename: string
  /** `type/subtype`, with parameters if any. */
  readonly mimeType: string
  /** Bytes. */
  readonly size?: number | undefined
  readonly sha256?: Uint8Array | undefined
  /** CRC-32 as ZIP has it, unsigned. */
  readonly crc32?: number | undefined
  /** The bytes, from the start each time. */
  readonly content: () => Stream.Stream<Uint8Array, DocumentError>
}
