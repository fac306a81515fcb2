/**
 * Reads a multipart/form-data body part by part, without holding any of them whole.
 *
 * Source: nextmove-api 1.8.
 */
import * as ContentDisposition from "@eformidling/api/ContentDisposition"
import { Effect, Pull, Result, Schema, Stream } from "effect"
import * as MultipartParser from "./MultipartParser.ts"

/** The body is no multipart body, or ends too early. The same body is refused again. */
export class MultipartError extends Schema.TaggedError<MultipartError>()("MultipartError", {
  detail: Schema.String
}) {
  override get message() {
    return this.detail
  }
}

/** One part. `content` runs once, while the part is handled. */
export interface Part<E> {
  /** Empty when the client gave none. */
  readonly name: string
  readonly filename: string | undefined
  /** As the client wrote it; undefined when it wrote none. */
  readonly contentType: string | undefined
  readonly content: Stream.Stream<Uint8Array, E | MultipartError>
}

/** The boundary in a Content-Type of multipart/form-data, quoted or not, wherever it stands among the parameters. */
export const boundaryOf = (contentType: string): string | undefined => {
  const match = /;\s*boundary\s*=\s*(?:"([^"]+)"|([^;\s]+))/i.exec(contentType)
  return match === null ? undefined : (match[1] ?? match[2])
}

const describePart = (headers: ReadonlyMap<string, string>) => {
  const disposition = headers.get("content-disposition")
  if (disposition === undefined) return Result.fail(new MultipartError({ detail: "A part has no Content-Disposition" }))
  return Result.mapBoth(ContentDisposition.parse(disposition), {
    onFailure: (error) =>
      new MultipartError({ detail: `A part's Content-Disposition cannot be read: ${error.detail}` }),
    onSuccess: ({ filename, name }) => ({ name: name ?? "", filename, contentType: headers.get("content-type") })
  })
}

/**
 * The parts in the order they arrive. What is left of a part's content is read over when the next is pulled, and with
 * it the content ends.
 *
 * Fails as soon as the body breaks the format, which may be after parts have been given out.
 */
export const parts = <E, R>(
  body: Stream.Stream<Uint8Array, E, R>,
  boundary: string
): Stream.Stream<Part<E>, E | MultipartError, R> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const pull = yield* Stream.toPull(body)
      const parser = MultipartParser.make(boundary)
      let queue: ReadonlyArray<MultipartParser.Event> = []
      let index = 0
      let ended = false

      const more = pull.pipe(
        Effect.map((chunks) => chunks.flatMap((chunk) => parser.write(chunk))),
        Pull.catchDone(() => {
          ended = true
          return Effect.succeed(parser.end())
        })
      )

      const next: Effect.Effect<MultipartParser.Event | undefined, E | MultipartError> = Effect.suspend(() => {
        const event = queue[index++]
        if (event !== undefined) {
          return event._tag === "Malformed"
            ? Effect.fail(new MultipartError({ detail: `The multipart body cannot be read: ${event.detail}` }))
            : Effect.succeed(event)
        }
        if (ended) return Effect.undefined
        return Effect.flatMap(more, (events) => {
          queue = events
          index = 0
          return next
        })
      })

      /** The part whose content may still be read. */
      let current = 0

      const contentOf = (part: number) =>
        Stream.unfold(undefined, () =>
          part !== current
            ? Effect.undefined
            : Effect.map(next, (event) => {
                if (event?._tag === "Chunk") return [event.bytes, undefined] as const
                current++
                return undefined
              })
        )

      const begin = Effect.gen(function* () {
        current++
        while (true) {
          const event = yield* next
          if (event === undefined) return undefined
          if (event._tag !== "PartBegins") continue
          const part = { ...(yield* Effect.fromResult(describePart(event.headers))), content: contentOf(current) }
          return [part, undefined] as const
        }
      })

      return Stream.unfold(undefined, () => begin)
    })
  )
