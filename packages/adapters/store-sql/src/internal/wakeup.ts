import { Context, Deferred, Effect, Exit } from "effect"

/** Tells those who wait for work that some may have come, also from another process. */
export class Wakeup extends Context.Service<
  Wakeup,
  {
    /** Work has been committed. */
    readonly wake: Effect.Effect<void>
    /** Begins to listen; the effect it gives ends when something has been committed since. */
    readonly listen: Effect.Effect<Effect.Effect<void>>
  }
>()("@eformidling/adapter-store-sql/internal/wakeup") {}

/** A bell within this process. */
export const bell = Effect.sync((): Wakeup["Service"] => {
  let next = Deferred.makeUnsafe<void>()
  return {
    wake: Effect.sync(() => {
      const rung = next
      next = Deferred.makeUnsafe<void>()
      Deferred.doneUnsafe(rung, Exit.void)
    }),
    listen: Effect.sync(() => Deferred.await(next))
  }
})
