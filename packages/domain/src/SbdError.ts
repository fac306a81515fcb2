import { Schema, SchemaIssue } from "effect"
import { knownTypes } from "./BusinessMessageType.ts"

/** The header names no type. */
export class MissingType extends Schema.TaggedError<MissingType>()("MissingType", {}) {
  override get message(): string {
    return "Missing type!"
  }
}

/** The header names a type nobody knows. */
export class UnknownType extends Schema.TaggedError<UnknownType>()("UnknownType", { type: Schema.String }) {
  override get message(): string {
    return `Unknown BusinessMessageType = ${this.type}. Expecting one of ${knownTypes.join(",")}`
  }
}

/** The type is of a channel this program does not speak. */
export class ForeignType extends Schema.TaggedError<ForeignType>()("ForeignType", { type: Schema.String }) {
  override get message(): string {
    return `${this.type} belongs to a channel that is not part of this server`
  }
}

/** The document's two members are not the header and a business message named as its type. */
export class Misshapen extends Schema.TaggedError<Misshapen>()("Misshapen", { detail: Schema.String }) {
  override get message(): string {
    return this.detail
  }
}

/** A member's value is of the wrong kind. `field` is its path from the top, `detail` what it should be. */
export class InvalidMember extends Schema.TaggedError<InvalidMember>()("InvalidMember", {
  field: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return `${this.field}: ${this.detail}`
  }
}

/** A member that must be there is not. */
export class MissingMember extends Schema.TaggedError<MissingMember>()("MissingMember", {
  field: Schema.String
}) {
  override get message(): string {
    return this.field === "process" ? "SBD missing process" : `${this.field}: must not be null`
  }
}

/** Why a text is not a StandardBusinessDocument. No reason quotes a value that may name a person. */
export class SbdError extends Schema.TaggedError<SbdError>()("SbdError", {
  reason: Schema.Union([MissingType, UnknownType, ForeignType, Misshapen, InvalidMember, MissingMember])
}) {
  override get message(): string {
    return this.reason.message
  }
}

const issues = SchemaIssue.makeFormatterStandardSchemaV1()

/** The first thing a schema found wrong, its path below `root`. */
export const fromIssue = (root: string, issue: SchemaIssue.Issue): SbdError => {
  const first = issues(issue).issues[0]
  const path = (first?.path ?? []).map((step) => {
    const key = typeof step === "object" ? step.key : step
    return typeof key === "number" ? `[${key}]` : `.${String(key)}`
  })
  return new SbdError({
    reason: new InvalidMember({
      field: `${root}${path.join("")}`,
      detail: (first?.message ?? "is not valid").replace(/, (got|actual) .*$/s, "")
    })
  })
}
