/**
 * Reads every entry of a container once: digests of all, bytes of those that say something of the package.
 *
 * Source: dokumentpakke 14, 15.1 and 15.7.
 */
import type { Flavour } from "@eformidling/port-dokumentpakke/DokumentpakkeOpener"
import { Effect } from "effect"
import type { Limits } from "../Settings.ts"
import { isMetaInf, nameProblem } from "./entryName.ts"
import { Broken, type Findings } from "./finding.ts"
import type { Stored } from "./storage.ts"
import type { Entry } from "./zipDirectory.ts"
import { checkSize, digestEntry } from "./zipEntry.ts"
import { asicMimeType } from "./zipRecord.ts"

/** An entry and what was read of it; nothing is there when it could not be read. */
export interface Content {
  readonly entry: Entry
  readonly sha256: Uint8Array | undefined
  /** Of `mimetype`, `manifest.xml` and META-INF only. */
  readonly bytes: Uint8Array | undefined
}

export interface Contents {
  readonly all: ReadonlyArray<Content>
  /** Entries in META-INF. */
  readonly metadata: ReadonlyArray<Content>
  /** What a signature must cover: all but `mimetype`, META-INF and folders. */
  readonly signable: ReadonlyArray<Content>
}

/** Files that may stand in META-INF, whatever the case. */
const metadataNames: Readonly<Record<"dpi" | "nextmove", RegExp>> = {
  dpi: /^META-INF\/(signatures\.xml|manifest\.xml)$/i,
  nextmove: /^META-INF\/(asicmanifest[^/]*\.xml|signature[^/]*\.p7s|manifest\.xml)$/i
}

const maximumMimetype = 64

const checkEntries = (findings: Findings, entries: ReadonlyArray<Entry>, flavour: Flavour) => {
  const names = new Set<string>()
  const known = metadataNames[flavour === "dpi" ? "dpi" : "nextmove"]
  for (const { bytes, isDirectory, isLink, name } of entries) {
    if (names.has(name)) findings.broken("container", `${name} occurs twice`)
    names.add(name)
    const problem = nameProblem(name)
    if (problem !== undefined) findings.broken("name", `the name ${JSON.stringify(name)} ${problem}`)
    if (isLink) findings.warning("container", `${name} is marked as a link, and is read as an ordinary file`)
    if (isDirectory && bytes > 0) findings.broken("container", `the folder ${name} has contents`)
    else if (isDirectory) findings.warning("container", `${name} is a folder, and is left out`)
    else if (isMetaInf(name) && !known.test(name)) findings.broken("container", `${name} is not known in META-INF`)
  }
}

const checkMimetype = (findings: Findings, contents: ReadonlyArray<Content>) => {
  const index = contents.findIndex(({ entry }) => entry.name === "mimetype")
  if (index === -1) return findings.warning("mimetype", "there is no mimetype entry")
  const { bytes, entry } = contents[index]!
  if (bytes !== undefined && Buffer.from(bytes).toString("latin1") !== asicMimeType)
    findings.broken("mimetype", "mimetype does not say that this is an ASiC-E container")
  if (index !== 0) findings.warning("mimetype", "mimetype is not the first entry")
  if (entry.deflated) findings.warning("mimetype", "mimetype is deflated")
}

const isKept = (name: string) => name === "mimetype" || name === "manifest.xml" || isMetaInf(name)

/** Notes what is wrong with entries and limits, and reads what can be read. */
export const readContents = Effect.fnUntraced(function* (
  findings: Findings,
  stored: Stored,
  entries: ReadonlyArray<Entry>,
  { flavour, limits }: { readonly flavour: Flavour; readonly limits: Limits }
) {
  checkEntries(findings, entries, flavour)
  const total = entries.reduce((sum, { bytes }) => sum + bytes, 0)
  if (total > limits.unpackedBytes)
    findings.broken("limit", `the package unpacks to ${total} bytes, and ${limits.unpackedBytes} are allowed`)
  const read = Effect.fnUntraced(function* (entry: Entry) {
    const kept = isKept(entry.name)
    const limit = entry.name === "mimetype" ? maximumMimetype : kept ? limits.metadataBytes : limits.unpackedBytes
    if (total > limits.unpackedBytes || entry.isDirectory) return { entry, sha256: undefined, bytes: undefined }
    if (entry.bytes > limit)
      return yield* Effect.fail(
        new Broken("limit", `${entry.name} unpacks to ${entry.bytes} bytes, and ${limit} are allowed`)
      )
    yield* checkSize(entry, limits)
    return { entry, ...(yield* digestEntry(stored, entry, kept)) }
  })
  const all: ReadonlyArray<Content> = yield* Effect.forEach(entries, (entry) =>
    Effect.catchIf(
      read(entry),
      (error) => error instanceof Broken,
      (error) =>
        Effect.sync(() => {
          findings.broken(error.rule, error.message)
          return { entry, sha256: undefined, bytes: undefined }
        })
    )
  )
  if (entries.length > 0) checkMimetype(findings, all)
  const files = all.filter(({ entry }) => !entry.isDirectory)
  return {
    all,
    metadata: files.filter(({ entry }) => isMetaInf(entry.name)),
    signable: files.filter(({ entry }) => !isMetaInf(entry.name) && entry.name !== "mimetype")
  } satisfies Contents
})
