/**
 * The contracts of all services of a store.
 */
import type { Layer } from "effect"
import * as ConversationsContract from "./ConversationsContract.ts"
import * as DeadLettersContract from "./DeadLettersContract.ts"
import * as DocumentsContract from "./DocumentsContract.ts"
import * as InboxContract from "./InboxContract.ts"
import * as OutboxContract from "./OutboxContract.ts"
import * as OutMessagesContract from "./OutMessagesContract.ts"
import * as StatusQueueContract from "./StatusQueueContract.ts"
import type { Store } from "./Store.ts"
import * as SubscriptionsContract from "./SubscriptionsContract.ts"
import * as TransactionContract from "./TransactionContract.ts"
import * as WebhookDeliveriesContract from "./WebhookDeliveriesContract.ts"

/**
 * Runs every contract of a store. The layer is built once for each; the stores it gives may share what they hold, but
 * nobody else may use the outbox, the status queue or subscriptions at the same time.
 */
export const suite = <E>(name: string, store: Layer.Layer<Store, E>): void => {
  TransactionContract.suite(name, store)
  ConversationsContract.suite(name, store)
  OutMessagesContract.suite(name, store)
  OutboxContract.suite(name, store)
  InboxContract.suite(name, store)
  DocumentsContract.suite(name, store)
  DeadLettersContract.suite(name, store)
  StatusQueueContract.suite(name, store)
  SubscriptionsContract.suite(name, store)
  WebhookDeliveriesContract.suite(name, store)
}
