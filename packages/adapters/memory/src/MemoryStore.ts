import type { Store } from "@eformidling/port-store/Store"
import { Layer } from "effect"
import * as MemoryState from "./internal/memoryState.ts"
import * as MemoryConversations from "./MemoryConversations.ts"
import * as MemoryDeadLetters from "./MemoryDeadLetters.ts"
import * as MemoryDocuments from "./MemoryDocuments.ts"
import * as MemoryInbox from "./MemoryInbox.ts"
import * as MemoryOutbox from "./MemoryOutbox.ts"
import * as MemoryOutMessages from "./MemoryOutMessages.ts"
import * as MemoryStatusQueue from "./MemoryStatusQueue.ts"
import * as MemorySubscriptions from "./MemorySubscriptions.ts"
import * as MemoryTransaction from "./MemoryTransaction.ts"
import * as MemoryWebhookDeliveries from "./MemoryWebhookDeliveries.ts"

/**
 * The whole store in memory, empty at first and gone with its layer.
 *
 * Two programs in one process want two: `Layer.fresh(MemoryStore.layer)`.
 */
export const layer: Layer.Layer<Store> = Layer.mergeAll(
  MemoryTransaction.layer,
  MemoryConversations.layer,
  MemoryOutMessages.layer,
  MemoryOutbox.layer,
  MemoryInbox.layer,
  MemoryDocuments.layer,
  MemoryDeadLetters.layer,
  MemoryStatusQueue.layer,
  MemorySubscriptions.layer,
  MemoryWebhookDeliveries.layer
).pipe(Layer.provide(MemoryState.layer))
