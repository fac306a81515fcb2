import { Context, type Effect, Schema } from "effect"

/** The target did not take the event: it answered otherwise than 2xx, gave no answer, or may not be spoken to. */
export class WebhookError extends Schema.TaggedError<WebhookError>()("WebhookError", {
  /** What the target answered; absent when no answer came. */
  status: Schema.optionalKey(Schema.Int),
  detail: Schema.String
}) {
  override get message() {
    return this.detail
  }
}

/** Pushes events to those who subscribe to them. Source: nextmove-api 6.3. */
export class WebhookSender extends Context.Service<
  WebhookSender,
  {
    /** POSTs JSON and returns the 2xx status it was taken with. Makes one attempt; the body may arrive twice. */
    readonly push: (event: { readonly url: string; readonly body: string }) => Effect.Effect<number, WebhookError>
  }
>()("@eformidling/port-transport/WebhookSender") {}
