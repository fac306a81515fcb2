import { Schema } from "effect"

/** The store could not do it now: database or disk trouble. Nothing of the attempt remains; trying again is safe. */
export class StoreUnavailable extends Schema.TaggedError<StoreUnavailable>()("StoreUnavailable", {
  operation: Schema.String,
  cause: Schema.optionalKey(Schema.Defect())
}) {}

/** What the store holds cannot be read: a damaged document or row, or one sealed with another key. */
export class StoreDamaged extends Schema.TaggedError<StoreDamaged>()("StoreDamaged", {
  operation: Schema.String,
  detail: Schema.String
}) {}

/** The document is not in the store. */
export class DocumentMissing extends Schema.TaggedError<DocumentMissing>()("DocumentMissing", {
  key: Schema.String
}) {}

/** Why the store did not do what it was asked, by what the caller does next. */
export class StoreError extends Schema.TaggedError<StoreError>()("StoreError", {
  reason: Schema.Union([StoreUnavailable, StoreDamaged, DocumentMissing])
}) {
  override get message(): string {
    switch (this.reason._tag) {
      case "StoreUnavailable":
        return `the store is not available (${this.reason.operation})`
      case "StoreDamaged":
        return `${this.reason.operation}: ${this.reason.detail}`
      case "DocumentMissing":
        return `no document ${this.reason.key} in the store`
    }
  }
}
