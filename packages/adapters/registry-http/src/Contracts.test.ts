import * as AccessTokensContract from "@eformidling/port-registry/AccessTokensContract"
import * as CertificateLookupContract from "@eformidling/port-registry/CertificateLookupContract"
import * as PrintLookupContract from "@eformidling/port-registry/PrintLookupContract"
import * as RecipientLookupContract from "@eformidling/port-registry/RecipientLookupContract"
import * as ServiceBusKeyLookupContract from "@eformidling/port-registry/ServiceBusKeyLookupContract"
import { Fault } from "@eformidling/simulated-network/Faults"
import { Maskinporten } from "@eformidling/simulated-network/Maskinporten"
import { Effect, Layer } from "effect"
import * as network from "./internal/network.testing.ts"

const guarantees = { keepsAnswers: true }
const registry = Layer.merge(network.registry(), network.peer).pipe(Layer.provide(network.authorities()))

RecipientLookupContract.suite("http", registry, guarantees)
CertificateLookupContract.suite("http", registry, guarantees)
ServiceBusKeyLookupContract.suite("http", registry, guarantees)
PrintLookupContract.suite(
  "http",
  Layer.merge(network.print, network.peer).pipe(Layer.provide(network.authorities())),
  guarantees
)

const tokenPeer = Layer.effect(
  AccessTokensContract.Peer,
  Effect.map(Maskinporten, (maskinporten) =>
    AccessTokensContract.Peer.of({
      own: { scopes: ["digitalpostinnbygger:send"] },
      consumers: ["910076787", "984661185"],
      grants: Effect.map(maskinporten.granted, (grants) => grants.length),
      setRefusing: (refusing) =>
        refusing
          ? maskinporten.faults.set(
              Fault.Answers({
                status: 400,
                body: `{"error":"invalid_grant","error_description":"MP-100: no such client"}`
              })
            )
          : maskinporten.faults.clear,
      setAvailable: (available) => (available ? maskinporten.faults.clear : maskinporten.faults.set(Fault.Down())),
      accepts: (token, { consumerOrg = network.own, scopes }) =>
        maskinporten.verify(token, scopes).pipe(
          Effect.match({
            onFailure: () => false,
            onSuccess: ({ consumer }) => consumer === consumerOrg
          })
        )
    })
  )
)

AccessTokensContract.suite(
  "Maskinporten",
  Layer.merge(network.tokens(), tokenPeer).pipe(Layer.provide(network.authorities()))
)
