import { Effect, Latch } from "effect"
import type { Journal, JournalEntry } from "../Journal.ts"

interface Waiting {
  readonly entries: ReadonlyArray<JournalEntry>
  readonly done: (stored: boolean) => void
}

/** Stores changes in order, those that gather meanwhile in one append. */
export class Committer {
  readonly #journal: Journal | undefined
  readonly #some = Latch.makeUnsafe(false)
  #waiting: Array<Waiting> = []

  constructor(journal: Journal | undefined) {
    this.#journal = journal
  }

  commit(entries: ReadonlyArray<JournalEntry>, done: (stored: boolean) => void): void {
    if (this.#journal === undefined) return done(true)
    this.#waiting.push({ entries, done })
    this.#some.openUnsafe()
  }

  /** Appends for ever. */
  run(): Effect.Effect<void> {
    const journal = this.#journal
    if (journal === undefined) return Effect.void
    return Effect.forever(Effect.andThen(this.#some.await, this.flush()))
  }

  /** Appends what waits now. */
  flush(): Effect.Effect<void> {
    return Effect.suspend(() => {
      this.#some.closeUnsafe()
      const batch = this.#waiting
      this.#waiting = []
      if (batch.length === 0 || this.#journal === undefined) return Effect.void
      return this.#journal.append(batch.flatMap(({ entries }) => entries)).pipe(
        Effect.as(true),
        Effect.catch((error) => Effect.logError("The journal could not be written", error).pipe(Effect.as(false))),
        Effect.andThen((stored) =>
          Effect.sync(() => {
            for (const { done } of batch) done(stored)
          })
        ),
        Effect.uninterruptible
      )
    })
  }
}
