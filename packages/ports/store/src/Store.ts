import type { Conversations } from "./Conversations.ts"
import type { DeadLetters } from "./DeadLetters.ts"
import type { Documents } from "./Documents.ts"
import type { Inbox } from "./Inbox.ts"
import type { Outbox } from "./Outbox.ts"
import type { OutMessages } from "./OutMessages.ts"
import type { StatusQueue } from "./StatusQueue.ts"
import type { Subscriptions } from "./Subscriptions.ts"
import type { Transaction } from "./Transaction.ts"
import type { WebhookDeliveries } from "./WebhookDeliveries.ts"

/** All services a store gives. They belong together: a transaction covers them all but `Documents`. */
export type Store =
  | Transaction
  | Conversations
  | OutMessages
  | Outbox
  | Inbox
  | Documents
  | DeadLetters
  | StatusQueue
  | Subscriptions
  | WebhookDeliveries
