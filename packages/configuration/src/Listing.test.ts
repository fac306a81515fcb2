import { assert, describe, it } from "@effect/vitest"
import { list } from "./Listing.ts"
import { source, type Sources } from "./Sources.ts"

const listed = (properties: Readonly<Record<string, string>>) => {
  const sources: Sources = {
    sources: [source(Object.entries(properties), "a file")],
    profile: "staging",
    notices: []
  }
  return new Map(list(sources).map((one) => [one.property, one]))
}

describe("Listing", () => {
  it("tells each value as it stands, placeholders filled in, and where it comes from", () => {
    const found = listed({ "difi.move.org.number": "910076787", "server.port": "many" })
    assert.deepInclude(found.get("server.port"), { value: "many", origin: "server.port in a file" })
    assert.deepInclude(found.get("difi.move.oidc.clientId"), { value: "MOVE_IP_910076787", origin: "the default" })
    assert.deepInclude(found.get("difi.move.dpi.mpcId"), {
      value: "no_difi_move_integrasjonspunkt-staging",
      origin: "the default of profile staging"
    })
    assert.deepInclude(found.get("difi.move.org.keystore.path"), { value: undefined, origin: undefined })
  })

  it("shows no secret, wherever it stands", () => {
    const found = listed({
      "difi.move.org.keystore.password": "hemmelighet",
      "difi.move.org.keystore.path": "base64:aGVtbWVsaWdoZXQ=",
      "difi.datasource.url": "jdbc:postgresql://bruker:hemmelighet@db/ip",
      "difi.move.serviceregistryEndpoint": "https://bruker:hemmelighet@registry.example/sr"
    })
    const all = JSON.stringify([...found.values()])
    assert.notInclude(all, "hemmelighet")
    assert.notInclude(all, "aGVtbWVsaWdoZXQ")
    assert.strictEqual(found.get("difi.move.serviceregistryEndpoint")?.value, "https://…@registry.example/sr")
    assert.strictEqual(found.get("difi.move.oidc.keystore.password")?.value, "(secret)")
  })
})
