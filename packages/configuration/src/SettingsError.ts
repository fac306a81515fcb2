import { Schema } from "effect"

/** One property that is missing or wrong. */
export class Problem extends Schema.Class<Problem>("@eformidling/configuration/Problem")({
  /** The property's Java name. */
  property: Schema.String,
  /** What is the matter, as a sentence. */
  problem: Schema.String,
  /** What was found, and where. Never the value of a secret. */
  found: Schema.optionalKey(Schema.String),
  /** What to write instead. */
  write: Schema.optionalKey(Schema.String)
}) {
  /** The problem in one line: what, what was found, and what to write. */
  get sentence(): string {
    const found = this.found === undefined ? "" : ` Found: ${this.found}.`
    const write = this.write === undefined ? "" : ` Write: ${this.write}`
    return `${this.problem}${found}${write}`
  }
}

/** The settings cannot be used. Holds every problem at once; the same settings will fail again. */
export class SettingsError extends Schema.TaggedError<SettingsError>()("SettingsError", {
  problems: Schema.NonEmptyArray(Problem)
}) {
  override get message(): string {
    const count = this.problems.length === 1 ? "A setting is" : `${this.problems.length} settings are`
    return [`${count} missing or wrong:`, ...this.problems.map(({ sentence }) => `  - ${sentence}`)].join("\n")
  }
}
