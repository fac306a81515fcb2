/**
 * One HTTP request as raw as tests need it: any header, any framing, bodies in pieces.
 */
import { Effect, Predicate, Result } from "effect"
import * as Http from "node:http"

export interface Call {
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** A list is sent in chunks, without Content-Length. */
  readonly body?: string | Uint8Array | ReadonlyArray<Uint8Array> | undefined
}

export interface Answer {
  readonly status: number
  readonly headers: Http.IncomingHttpHeaders
  readonly text: string
  readonly bytes: Uint8Array
  /** Undefined when the body is no JSON. */
  readonly json: unknown
}

const parsed = (text: string): unknown => Result.try((): unknown => JSON.parse(text)).pipe(Result.getOrUndefined)

/** What lies at a path in JSON; undefined when nothing does. */
export const at = (json: unknown, ...path: ReadonlyArray<string | number>): unknown =>
  path.reduce<unknown>(
    (value, key) => (Predicate.isObjectOrArray(value) ? (value as Record<string | number, unknown>)[key] : undefined),
    json
  )

/** Sends one request over a connection of its own, and waits for the whole answer. */
export const httpCall =
  (port: number) =>
  (method: string, path: string, { body, headers = {} }: Call = {}): Effect.Effect<Answer> =>
    Effect.callback<Answer>((resume) => {
      const request = Http.request({ host: "127.0.0.1", port, method, path, headers, agent: false }, (response) => {
        const chunks: Array<Buffer> = []
        response.on("data", (chunk: Buffer) => chunks.push(chunk))
        response.on("end", () => {
          const bytes = Buffer.concat(chunks)
          const text = bytes.toString("utf8")
          const { headers, statusCode = 0 } = response
          resume(Effect.succeed({ status: statusCode, headers, text, bytes, json: parsed(text) }))
        })
      })
      request.on("error", (error) => resume(Effect.die(error)))
      if (body === undefined || typeof body === "string" || body instanceof Uint8Array) {
        request.end(body)
      } else {
        for (const chunk of body) request.write(chunk)
        request.end()
      }
      return Effect.sync(() => request.destroy())
    })
