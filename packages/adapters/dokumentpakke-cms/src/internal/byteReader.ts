/**
 * Reads BER from a stream: whole small values, and the contents of large ones as they come.
 */
import { Effect, Pull, type Scope, Stream } from "effect"
import { Malformed, readFirst, type Value } from "./ber.ts"

/** Identifier octet, and where the contents end: at a position, or at an end-of-contents. */
export interface Header {
  readonly tag: number
  readonly end: number | undefined
}

/** Bytes of one value that is read whole. */
const wholeBytes = 1024 * 1024
const maximumDepth = 32

export interface ByteReader<E> {
  readonly header: Effect.Effect<Header, E | Malformed>
  /** The next value, whole. */
  readonly value: Effect.Effect<Value, E | Malformed>
  /** The tag of the next value, without going past it. */
  readonly peek: Effect.Effect<number, E | Malformed>
  /** True at the end of `header`'s contents, and then past it. */
  readonly closed: (header: Header) => Effect.Effect<boolean, E | Malformed>
  /** Passes contents of a known length on, piece by piece. */
  readonly pass: (
    header: Header,
    to: (bytes: Uint8Array) => Effect.Effect<void, E | Malformed>
  ) => Effect.Effect<void, E | Malformed>
}

export const makeByteReader = <E>(
  stream: Stream.Stream<Uint8Array, E>
): Effect.Effect<ByteReader<E>, never, Scope.Scope> =>
  Effect.map(Stream.toPull(stream), (pull) => {
    let buffer: Uint8Array = new Uint8Array()
    let offset = 0
    let position = 0

    const malformed = (detail: string) => Effect.fail(new Malformed(detail))
    const available = () => buffer.length - offset

    const more: Effect.Effect<void, E | Malformed> = pull.pipe(
      Effect.map((chunks) => {
        const rest = buffer.subarray(offset)
        buffer = rest.length === 0 && chunks.length === 1 ? chunks[0] : Buffer.concat([rest, ...chunks])
        offset = 0
      }),
      Pull.catchDone(() => malformed("the bytes end too early"))
    )
    const ensure = (length: number): Effect.Effect<void, E | Malformed> =>
      Effect.suspend(() => (available() >= length ? Effect.void : Effect.flatMap(more, () => ensure(length))))

    const take = (length: number) => {
      const bytes = buffer.subarray(offset, offset + length)
      offset += length
      position += length
      return bytes
    }

    /** Octets of identifier and length, once two are at hand. */
    const headerBytes = () => {
      const first = buffer[offset + 1]!
      return first > 0x80 ? 2 + (first & 0x7f) : 2
    }

    const ensureHeader = Effect.gen(function* () {
      yield* ensure(2)
      const length = headerBytes()
      if (length > 8 || (buffer[offset]! & 0x1f) === 0x1f) return yield* malformed("a tag or a length is out of bounds")
      yield* ensure(length)
    })

    const parse = (bytes: Uint8Array): Header => {
      const first = bytes[1]!
      const length = first > 0x80 ? bytes.subarray(2).reduce((sum, octet) => sum * 256 + octet, 0) : first
      return { tag: bytes[0]!, end: first === 0x80 ? undefined : position + length }
    }

    const header = Effect.gen(function* () {
      yield* ensureHeader
      return parse(take(headerBytes()))
    })

    const raw = (depth: number): Effect.Effect<Uint8Array, E | Malformed> =>
      Effect.gen(function* () {
        if (depth > maximumDepth) return yield* malformed("values are nested too deeply")
        yield* ensureHeader
        const start = Buffer.from(take(headerBytes()))
        const { end } = parse(start)
        if (end !== undefined) {
          if (end - position > wholeBytes) return yield* malformed("a value is too large")
          yield* ensure(end - position)
          return Buffer.concat([start, take(end - position)])
        }
        const parts: Array<Uint8Array> = [start]
        let size = 0
        while (true) {
          yield* ensure(2)
          if (buffer[offset] === 0 && buffer[offset + 1] === 0) break
          const part = yield* raw(depth + 1)
          size += part.length
          if (size > wholeBytes) return yield* malformed("a value is too large")
          parts.push(part)
        }
        parts.push(Uint8Array.from(take(2)))
        return Buffer.concat(parts)
      })

    const passUntil = (
      end: number,
      to: (bytes: Uint8Array) => Effect.Effect<void, E | Malformed>
    ): Effect.Effect<void, E | Malformed> =>
      Effect.suspend(() => {
        if (position >= end) return Effect.void
        const piece = Effect.flatMap(ensure(1), () => to(take(Math.min(available(), end - position))))
        return Effect.flatMap(piece, () => passUntil(end, to))
      })

    return {
      header,
      value: Effect.flatMap(raw(0), (bytes) =>
        Effect.try({
          try: () => readFirst(bytes),
          catch: (cause) => (cause instanceof Malformed ? cause : new Malformed(String(cause)))
        })
      ),
      peek: Effect.map(ensure(1), () => buffer[offset]!),
      closed: ({ end }) =>
        end !== undefined
          ? Effect.suspend(() =>
              position > end ? malformed("a value is longer than what holds it") : Effect.succeed(position === end)
            )
          : Effect.map(ensure(2), () => {
              const ended = buffer[offset] === 0 && buffer[offset + 1] === 0
              if (ended) take(2)
              return ended
            }),
      pass: ({ end }, to) => (end === undefined ? malformed("a primitive value has no length") : passUntil(end, to))
    }
  })
