import { ConfigProvider, Effect } from "effect"

/** No list of settings is longer; a variable such as `BUILD_1700000000` is not the last of a billion elements. */
const longestList = 1000

/**
 * Every variable of the provider in force, by the name it has there. A variable that is set to nothing counts as absent.
 *
 * Spellings are relaxed, so variables cannot be asked for one by one: the whole tree is walked.
 */
export const environment: Effect.Effect<
  ReadonlyArray<readonly [name: string, value: string]>,
  ConfigProvider.SourceError
> = Effect.gen(function* () {
  const provider = yield* ConfigProvider.ConfigProvider
  const variables: Array<readonly [string, string]> = []
  const visit = (path: ReadonlyArray<string | number>): Effect.Effect<void, ConfigProvider.SourceError> =>
    Effect.gen(function* () {
      const node = yield* provider.load(path)
      if (node === undefined) return
      if (node.value !== undefined) variables.push([path.join("_"), node.value])
      const children =
        node._tag === "Record"
          ? [...node.keys]
          : node._tag === "Array"
            ? Array.from({ length: Math.min(node.length, longestList) }, (_, index) => index)
            : []
      for (const child of children) yield* visit([...path, child])
    })
  yield* visit([])
  return variables
})
