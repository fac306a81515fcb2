import * as AccessTokensContract from "@eformidling/port-registry/AccessTokensContract"
import { Effect, Layer } from "effect"
import * as MemoryAccessTokens from "./MemoryAccessTokens.ts"

const peer = Layer.effect(
  AccessTokensContract.Peer,
  Effect.map(MemoryAccessTokens.MemoryTokenAuthority, (authority) =>
    AccessTokensContract.Peer.of({
      own: { scopes: ["digitalpostinnbygger:send"] },
      consumers: ["910000001", "910000002"],
      grants: authority.grants,
      setRefusing: (refusing) => authority.behave(refusing ? "refuses" : "grants"),
      setAvailable: (available) => authority.behave(available ? "grants" : "isAway"),
      accepts: authority.accepts
    })
  )
)

AccessTokensContract.suite("memory", peer.pipe(Layer.provideMerge(MemoryAccessTokens.layer)))
