import { Layer } from "effect"
import * as FileDocuments from "../FileDocuments.ts"
import * as Migrations from "../Migrations.ts"
import * as SqlConversations from "../SqlConversations.ts"
import * as SqlDeadLetters from "../SqlDeadLetters.ts"
import * as SqlInbox from "../SqlInbox.ts"
import * as SqlOutbox from "../SqlOutbox.ts"
import * as SqlOutMessages from "../SqlOutMessages.ts"
import * as SqlStatusQueue from "../SqlStatusQueue.ts"
import * as SqlSubscriptions from "../SqlSubscriptions.ts"
import * as SqlTransaction from "../SqlTransaction.ts"
import * as SqlWebhookDeliveries from "../SqlWebhookDeliveries.ts"

/** All services of the store over one client, once its tables are there. */
export const layer = (documentsFolder: string) =>
  Layer.mergeAll(
    SqlTransaction.layer,
    SqlConversations.layer,
    SqlOutMessages.layer,
    SqlOutbox.layer,
    SqlInbox.layer,
    SqlDeadLetters.layer,
    SqlStatusQueue.layer,
    SqlSubscriptions.layer,
    SqlWebhookDeliveries.layer,
    FileDocuments.layer({ folder: documentsFolder })
  ).pipe(Layer.provide(Migrations.layer))
