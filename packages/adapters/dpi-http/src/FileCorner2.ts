import { NodeFileSystem } from "@effect/platform-node"
import { TransportError, Unavailable } from "@eformidling/port-transport/TransportError"
import { Effect, FileSystem, type PlatformError, Stream } from "effect"
import { randomUUID } from "node:crypto"
import { join } from "node:path"
import type { Corner2 } from "./Corner2.ts"
import type { DpiSettings } from "./DpiSettings.ts"

const unwritable = (error: PlatformError.PlatformError) =>
  new TransportError({
    reason: new Unavailable({ detail: `Sending failed! ${error.message}`, ambiguous: false, cause: error })
  })

/**
 * A folder in corner 2's place, for development: the one that the path of `uri` names.
 *
 * A letter becomes two files, `<uuid>-<type>.asic.cms` and then `<uuid>-<type>.jwt`, under a new UUID each time it is
 * sent. Nobody answers: there are no statuses and no receipts.
 *
 * Source: dpi 6.10.
 */
export const make = Effect.fnUntraced(function* (settings: DpiSettings): Effect.fn.Return<Corner2, never> {
  const files = yield* Effect.provide(FileSystem.FileSystem, NodeFileSystem.layer)
  const folder = decodeURIComponent(new URL(settings.uri).pathname)
  return {
    send: Effect.fn("FileCorner2.send")(function* ({ dokumentpakke, forretningsmelding, type }) {
      const name = `${yield* Effect.sync(randomUUID)}-${type}`
      const content = Stream.mapError(
        dokumentpakke.content,
        (cause) =>
          new TransportError({
            reason: new Unavailable({ detail: "The dokumentpakke could not be read", ambiguous: false, cause })
          })
      )
      yield* Effect.mapError(files.makeDirectory(folder, { recursive: true }), unwritable)
      yield* Stream.run(content, files.sink(join(folder, `${name}.asic.cms`), { flag: "wx" })).pipe(
        Effect.mapError((error) => (error instanceof TransportError ? error : unwritable(error)))
      )
      yield* Effect.mapError(
        files.writeFileString(join(folder, `${name}.jwt`), forretningsmelding, { flag: "wx" }),
        unwritable
      )
    }),
    statuses: () => Effect.succeed([]),
    receipts: () => Effect.succeed([]),
    markRead: () => Effect.void
  }
})
