import { Effect, FileSystem, type PlatformError } from "effect"
import * as Yaml from "effect/encoding/Yaml"
import { Problem, SettingsError } from "../SettingsError.ts"
import * as Properties from "../Properties.ts"
import { type Source, source } from "../Sources.ts"

/** A settings file of the working directory, and what its reader should be told. */
export interface LocalFile {
  readonly source: Source
  readonly notices: ReadonlyArray<string>
}

const name = "integrasjonspunkt-local"

const absent: LocalFile = { source: new Map(), notices: [] }

/** UTF-8 where the bytes are that, else Latin-1, which Java reads: no bytes are refused. */
const decode = (bytes: Uint8Array): string => {
  const utf8 = new TextDecoder().decode(bytes)
  return utf8.includes("\uFFFD") ? new TextDecoder("latin1").decode(bytes) : utf8
}

const fromProperties = (text: string, file: string): LocalFile => {
  const { entries, lostBackslashes, trimmed } = Properties.parse(text)
  return {
    source: source(entries, file),
    notices: [
      ...trimmed.map((key) => `${file}: blanks at the end of ${key} are left out`),
      ...lostBackslashes.map((key) => `${file}: a backslash in ${key} has no meaning and is left out; write \\\\ or /`)
    ]
  }
}

const flatten = (value: unknown, path: string): ReadonlyArray<readonly [string, string]> => {
  if (value === null || value === undefined) return []
  if (Array.isArray(value)) return value.flatMap((one, index) => flatten(one, `${path}[${index}]`))
  if (typeof value === "object") {
    return Object.entries(value).flatMap(([key, one]) => flatten(one, path === "" ? key : `${path}.${key}`))
  }
  return [[path, `${value as string | number | boolean | bigint}`]]
}

const fromYaml = (text: string, file: string): Effect.Effect<LocalFile, SettingsError> =>
  Effect.try({
    try: () => ({ source: source(flatten(Yaml.parse(text), ""), file), notices: [] }),
    catch: () => unusable(file, `${file} is not YAML`)
  })

const unusable = (file: string, problem: string): SettingsError =>
  new SettingsError({
    problems: [new Problem({ property: file, problem: `${problem}.`, write: "a file that can be read" })]
  })

const formats = [
  [".properties", (text: string, file: string) => Effect.succeed(fromProperties(text, file))],
  [".yml", fromYaml],
  [".yaml", fromYaml]
] as const

const isAbsent = (error: PlatformError.PlatformError): boolean => error.reason._tag === "NotFound"

/**
 * Reads `integrasjonspunkt-local.properties`, or `.yml` or `.yaml` where there is none, from the working directory. No file is
 * no settings; a file that cannot be read is an error.
 *
 * Source: nextmove-api 8.1.
 */
export const localFile: Effect.Effect<LocalFile, SettingsError, FileSystem.FileSystem> = Effect.gen(function* () {
  const files = yield* FileSystem.FileSystem
  for (const [suffix, read] of formats) {
    const file = name + suffix
    const bytes = yield* files.readFile(file).pipe(
      Effect.catchIf(isAbsent, () => Effect.succeed(undefined)),
      Effect.mapError(() => unusable(file, `${file} is there but cannot be read`))
    )
    if (bytes !== undefined) return yield* read(decode(bytes), file)
  }
  return absent
})
