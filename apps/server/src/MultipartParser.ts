/**
 * Splits a multipart/form-data body into parts while it arrives.
 *
 * Laxer than the standard where clients are: a part's name may be unquoted and hold spaces, so headers are handed
 * on as text and read with the grammar of uploads.
 *
 * Source: RFC 2046 5.1.1; nextmove-api 1.8.
 */
import { Data } from "effect"

/** What came by, in order: each part begins, has any number of chunks, and ends. */
export type Event = Data.TaggedEnum<{
  /** Header names in lower case; values as ISO-8859-1 text, one character a byte. */
  PartBegins: { readonly headers: ReadonlyMap<string, string> }
  Chunk: { readonly bytes: Uint8Array }
  PartEnds: {}
  /** The body breaks the format. Nothing comes after. */
  Malformed: { readonly detail: string }
}>

export const Event = Data.taggedEnum<Event>()

/** Headers of one part may not be longer, in bytes. */
export const maximumHeaderBytes = 16 * 1024

/** Feed it the body chunk by chunk, then end it. */
export interface Parser {
  readonly write: (chunk: Uint8Array) => ReadonlyArray<Event>
  readonly end: () => ReadonlyArray<Event>
}

const headerMap = (text: string): ReadonlyMap<string, string> | undefined => {
  const headers = new Map<string, string>()
  for (const line of text.split("\r\n")) {
    if (line === "") continue
    const colon = line.indexOf(":")
    if (colon <= 0) return undefined
    headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim())
  }
  return headers
}

type State = "preamble" | "delimiter" | "headers" | "body" | "epilogue" | "malformed"

/** A parser for one body. Holds at most one chunk and one part's headers. */
export const make = (boundary: string): Parser => {
  const delimiter = Buffer.from(`\r\n--${boundary}`, "latin1")
  let state: State = "preamble"
  // The first delimiter may open the body, without a line before it.
  let held: Buffer = Buffer.from("\r\n")
  let events: Array<Event> = []

  const malformed = (detail: string) => {
    state = "malformed"
    held = Buffer.alloc(0)
    events.push(Event.Malformed({ detail }))
  }

  /** Passes on what cannot be the beginning of a delimiter; true when a delimiter was passed. */
  const upToDelimiter = (emit: (bytes: Uint8Array) => void): boolean => {
    const index = held.indexOf(delimiter)
    const end = index >= 0 ? index : Math.max(0, held.length - delimiter.length + 1)
    if (end > 0) emit(held.subarray(0, end))
    held = held.subarray(index >= 0 ? index + delimiter.length : end)
    return index >= 0
  }

  /** One step; false when more bytes are needed. */
  const step = (): boolean => {
    switch (state) {
      case "preamble": {
        const passed = upToDelimiter(() => {})
        if (passed) state = "delimiter"
        return passed
      }
      case "body": {
        const passed = upToDelimiter((bytes) => events.push(Event.Chunk({ bytes })))
        if (passed) {
          events.push(Event.PartEnds())
          state = "delimiter"
        }
        return passed
      }
      case "delimiter": {
        if (held.length < 2) return false
        if (held[0] === 0x2d && held[1] === 0x2d) {
          state = "epilogue"
          return true
        }
        const line = held.indexOf("\r\n")
        if (line < 0 && held.length < 256) return false
        if (line < 0 || /[^ \t]/.test(held.toString("latin1", 0, line))) {
          malformed("a boundary is followed by text on its line")
          return true
        }
        // Keeps the line break, so that a part without headers ends at once.
        held = held.subarray(line)
        state = "headers"
        return true
      }
      case "headers": {
        const end = held.indexOf("\r\n\r\n")
        if (end < 0 && held.length <= maximumHeaderBytes) return false
        if (end < 0 || end > maximumHeaderBytes) {
          malformed(`the headers of a part are longer than ${maximumHeaderBytes} bytes`)
          return true
        }
        const headers = headerMap(held.toString("latin1", 0, end))
        if (headers === undefined) {
          malformed("a header of a part has no name")
          return true
        }
        held = held.subarray(end + 4)
        events.push(Event.PartBegins({ headers }))
        state = "body"
        return true
      }
      case "epilogue":
      case "malformed":
        held = Buffer.alloc(0)
        return false
    }
  }

  const flush = (): ReadonlyArray<Event> => {
    const flushed = events
    events = []
    return flushed
  }

  return {
    write: (chunk) => {
      held =
        held.length === 0 ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length) : Buffer.concat([held, chunk])
      while (step());
      return flush()
    },
    end: () => {
      if (state !== "epilogue" && state !== "malformed") malformed("the body ends before its closing boundary")
      return flush()
    }
  }
}
