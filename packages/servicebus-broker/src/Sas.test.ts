import { assert, describe, it } from "@effect/vitest"
import { covers, sign, verify } from "./Sas.ts"

const key = { name: "k", key: "sécret=", rights: ["Send"] as const }
const token = sign("sb://host/queue", 1000, key)
const judge = (text: string, audience = "sb://host/queue", now = 0, tolerance = 0) =>
  verify(text, audience, [key], now, tolerance)

describe("Sas", () => {
  it("grants what the key allows", () => {
    const verdict = judge(token)
    assert.deepStrictEqual(verdict, {
      _tag: "Granted",
      grant: { resource: "sb://host/queue", rights: ["Send"], expiresAt: 1_000_000 }
    })
  })

  it("covers what lies below the resource, and nothing beside it", () => {
    assert.isTrue(covers("sb://Host/queue/", "http://host/Queue/$management"))
    assert.isFalse(covers("sb://host/queue1", "sb://host/queue10"))
    assert.strictEqual(judge(token, "sb://host/queue/messages")._tag, "Granted")
    assert.strictEqual(judge(token, "sb://host/other")._tag, "Refused")
  })

  it("refuses a token after its expiry, but for the tolerance", () => {
    assert.strictEqual(judge(token, undefined, 1_000_000)._tag, "Refused")
    assert.strictEqual(judge(token, undefined, 1_000_000, 128_000)._tag, "Granted")
  })

  it("refuses a token that is changed, unknown or unreadable", () => {
    for (const bad of [
      token.replace("se=1000", "se=9999"),
      token.replace("skn=k", "skn=x"),
      token.replace(/sig=[^&]*/, "sig=AAAA"),
      "Bearer x",
      "SharedAccessSignature sr=%ZZ&sig=%ZZ&se=1&skn=%ZZ",
      "SharedAccessSignature "
    ]) {
      assert.strictEqual(judge(bad)._tag, "Refused", bad)
    }
  })
})
