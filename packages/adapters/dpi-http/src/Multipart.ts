import { Stream } from "effect"

/** A part of a form, its length known before it is read. */
export interface Part<E> {
  readonly name: string
  readonly filename: string
  readonly contentType: string
  /** Bytes. */
  readonly length: number
  readonly content: Stream.Stream<Uint8Array, E>
}

/** A `multipart/form-data` body of known length. */
export interface Form<E> {
  readonly contentType: string
  /** Bytes. */
  readonly length: number
  readonly content: Stream.Stream<Uint8Array, E>
}

const encoder = new TextEncoder()

const head = (boundary: string, part: Part<unknown>): Uint8Array =>
  encoder.encode(
    `--${boundary}\r\nContent-Disposition: form-data; name="${part.name}"; filename="${part.filename}"\r\n` +
      `Content-Type: ${part.contentType}\r\n\r\n`
  )

const lineBreak = encoder.encode("\r\n")

/** Joins parts into one form. `boundary` must occur in none of them. */
export const form = <E>(boundary: string, parts: ReadonlyArray<Part<E>>): Form<E> => {
  const heads = parts.map((part) => head(boundary, part))
  const end = encoder.encode(`--${boundary}--\r\n`)
  const length = parts.reduce(
    (sum, part, index) => sum + (heads[index]?.length ?? 0) + part.length + lineBreak.length,
    end.length
  )
  const content = parts.reduceRight<Stream.Stream<Uint8Array, E>>(
    (rest, part, index) =>
      Stream.fromIterable(heads.slice(index, index + 1)).pipe(
        Stream.concat(part.content),
        Stream.concat(Stream.succeed(lineBreak)),
        Stream.concat(rest)
      ),
    Stream.succeed(end)
  )
  return { contentType: `multipart/form-data;boundary=${boundary}`, length, content }
}
