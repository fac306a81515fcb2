import rhea from "rhea"
import type { Typed } from "rhea"

/** rhea's reader of encoded values: its typings leave the class out. */
export interface ValueReader {
  read(): Typed
}

/** rhea's writer of encoded values: its typings leave the class out. */
export interface ValueWriter {
  write(value: Typed): void
  toBuffer(): Buffer
}

export const Reader: new (bytes: Buffer) => ValueReader = Reflect.get(rhea.types, "Reader")
export const Writer: new () => ValueWriter = Reflect.get(rhea.types, "Writer")

/** The typed items of an encoded list, or the keys and values of an encoded map in turn. */
export const itemsOf = (value: Typed): ReadonlyArray<Typed> => {
  const items: unknown = value.value
  return Array.isArray(items) ? items : []
}
