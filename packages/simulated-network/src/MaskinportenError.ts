import { Schema } from "effect"

/** Maskinporten's refusal of a grant. Source: dpi 7.4. */
export class GrantRefusal extends Schema.TaggedError<GrantRefusal>()("GrantRefusal", {
  status: Schema.Literals([400, 401, 403]),
  error: Schema.Literals([
    "invalid_request",
    "invalid_grant",
    "invalid_client",
    "invalid_scope",
    "unsupported_grant_type"
  ]),
  description: Schema.String
}) {
  override get message(): string {
    return this.description
  }
}

/** A bearer token that does not let its holder in. */
export class TokenRejected extends Schema.TaggedError<TokenRejected>()("TokenRejected", { detail: Schema.String }) {
  override get message(): string {
    return this.detail
  }
}

/** A refusal under a code of Maskinporten's own. */
export const refusal = (
  code: `MP-${string}`,
  text: string,
  { error = "invalid_grant", status = 400 }: Partial<Pick<GrantRefusal, "error" | "status">> = {}
): GrantRefusal => new GrantRefusal({ status, error, description: `${code}: ${text}` })
