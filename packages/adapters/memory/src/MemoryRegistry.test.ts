import * as CertificateLookupContract from "@eformidling/port-registry/CertificateLookupContract"
import * as PrintLookupContract from "@eformidling/port-registry/PrintLookupContract"
import * as RecipientLookupContract from "@eformidling/port-registry/RecipientLookupContract"
import * as ServiceBusKeyLookupContract from "@eformidling/port-registry/ServiceBusKeyLookupContract"
import { Layer } from "effect"
import * as MemoryCertificateLookup from "./MemoryCertificateLookup.ts"
import * as MemoryPrintLookup from "./MemoryPrintLookup.ts"
import * as MemoryRecipientLookup from "./MemoryRecipientLookup.ts"
import * as MemoryRegistry from "./MemoryRegistry.ts"
import * as MemoryServiceBusKeyLookup from "./MemoryServiceBusKeyLookup.ts"

const guarantees = { keepsAnswers: false }

const held = <A>(lookup: Layer.Layer<A, never, MemoryRegistry.MemoryRegistry>) =>
  Layer.merge(lookup, MemoryRegistry.layerPeer).pipe(Layer.provide(MemoryRegistry.layer()))

RecipientLookupContract.suite("memory", held(MemoryRecipientLookup.layer), guarantees)
CertificateLookupContract.suite("memory", held(MemoryCertificateLookup.layer), guarantees)
ServiceBusKeyLookupContract.suite("memory", held(MemoryServiceBusKeyLookup.layer), guarantees)
PrintLookupContract.suite("memory", held(MemoryPrintLookup.layer), guarantees)
