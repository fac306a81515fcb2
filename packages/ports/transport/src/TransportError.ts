import { MessageId } from "@eformidling/domain/MessageId"
import { Schema } from "effect"

/**
 * The peer could not be reached or could not serve us now. Trying again later may succeed.
 *
 * `ambiguous` is true when the peer may have accepted the message although no answer arrived;
 * the next attempt must then ask before it sends again.
 */
export class Unavailable extends Schema.TaggedError<Unavailable>()("Unavailable", {
  detail: Schema.String,
  ambiguous: Schema.Boolean,
  cause: Schema.optionalKey(Schema.Defect())
}) {}

/** The peer refused this message. The same bytes will be refused again. */
export class Rejected extends Schema.TaggedError<Rejected>()("Rejected", {
  code: Schema.String,
  detail: Schema.String,
  cause: Schema.optionalKey(Schema.Defect())
}) {}

/** The peer does not let us in. Trying again helps only after an operator, or a new key, has changed something. */
export class NotAuthorized extends Schema.TaggedError<NotAuthorized>()("NotAuthorized", {
  detail: Schema.String,
  cause: Schema.optionalKey(Schema.Defect())
}) {}

/** Why a transport did not do what it was asked, by what the caller does next. */
export class TransportError extends Schema.TaggedError<TransportError>()("TransportError", {
  reason: Schema.Union([Unavailable, Rejected, NotAuthorized]),
  messageId: Schema.optionalKey(MessageId)
}) {
  override get message(): string {
    return this.reason.detail
  }
}
