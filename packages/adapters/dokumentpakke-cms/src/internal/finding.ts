/**
 * Collects what a verifier finds out.
 */
import type { Finding, Rule } from "@eformidling/port-dokumentpakke/Verdict"
import { Effect } from "effect"

/** A rule that does not hold, thrown by code that reads bytes from outside. */
export class Broken extends Error {
  override readonly name = "Broken"
  readonly rule: Rule
  constructor(rule: Rule, detail: string) {
    super(detail)
    this.rule = rule
  }
}

export class Findings {
  readonly all: Array<Finding> = []

  broken(rule: Rule, detail: string): void {
    this.all.push({ rule, severity: "broken", detail })
  }

  warning(rule: Rule, detail: string): void {
    this.all.push({ rule, severity: "warning", detail })
  }

  unjudged(rule: Rule, detail: string): void {
    this.all.push({ rule, severity: "unjudged", detail })
  }

  /** The value, or undefined with what was thrown noted under `rule`, or under the rule it names. */
  attempt<A>(rule: Rule, evaluate: () => A): Effect.Effect<A | undefined> {
    return Effect.match(Effect.try({ try: evaluate, catch: (cause) => cause }), {
      onFailure: (cause) => {
        this.broken(cause instanceof Broken ? cause.rule : rule, cause instanceof Error ? cause.message : String(cause))
        return undefined
      },
      onSuccess: (value) => value
    })
  }

  get outcome(): "valid" | "invalid" | "unjudged" {
    if (this.all.some(({ severity }) => severity === "broken")) return "invalid"
    return this.all.some(({ severity }) => severity === "unjudged") ? "unjudged" : "valid"
  }
}
