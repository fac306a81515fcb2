import { assert, describe, it } from "@effect/vitest"
import { normalizeMimeType } from "./mimeType.ts"

describe("mimeType", () => {
  it.each([
    ["text/plain; charset=UTF-8", "text/plain;charset=UTF-8"],
    ["Application/PDF", "application/pdf"],
    ["text/html ; Charset=utf-8 ; a=b", "text/html;charset=utf-8;a=b"],
    ["application/vnd.difi.dpi.lenke+xml", "application/vnd.difi.dpi.lenke+xml"]
  ])("writes %s as %s", (given, written) => assert.strictEqual(normalizeMimeType(given), written))

  it.each(["", "pdf", "text/", "/plain", "text/plain; charset", "text/pl\u0000ain", "a b/c"])(
    "takes %j for no media type",
    (given) => {
      assert.isUndefined(normalizeMimeType(given))
    }
  )
})
