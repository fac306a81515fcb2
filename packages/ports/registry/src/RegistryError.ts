import { Schema } from "effect"

/**
 * The registry does not know the recipient, or not for this process.
 *
 * The `detail` of every reason is the text the API answers with. It may hold the identifier asked about and is for
 * the one who asked; logs take the `message` of {@link RegistryError}.
 *
 * Source: nextmove-api 3.2.
 */
export class NotFound extends Schema.TaggedError<NotFound>()("NotFound", { detail: Schema.String }) {}

/** The registry refused the question. `status` is the HTTP status, `description` what it said about it. */
export class Refused extends Schema.TaggedError<Refused>()("Refused", {
  status: Schema.Int,
  description: Schema.optionalKey(Schema.String),
  detail: Schema.String
}) {}

/** The answer's signature does not verify. Nothing in it may be used. */
export class BadSignature extends Schema.TaggedError<BadSignature>()("BadSignature", { detail: Schema.String }) {}

/** The answer cannot be read. */
export class Unreadable extends Schema.TaggedError<Unreadable>()("Unreadable", { detail: Schema.String }) {}

/** The registry, or what lets us in to it, is out of reach. Trying again later may succeed. */
export class RegistryUnavailable extends Schema.TaggedError<RegistryUnavailable>()("RegistryUnavailable", {
  detail: Schema.String,
  cause: Schema.optionalKey(Schema.Defect())
}) {}

/** Why a registry gave no answer, by what the caller does next. Its message leaves out every run of eleven digits. */
export class RegistryError extends Schema.TaggedError<RegistryError>()("RegistryError", {
  reason: Schema.Union([NotFound, Refused, BadSignature, Unreadable, RegistryUnavailable])
}) {
  override get message(): string {
    return this.reason.detail.replaceAll(/(?<!\d)\d{11}(?!\d)/g, "<personidentifikator>")
  }
}
