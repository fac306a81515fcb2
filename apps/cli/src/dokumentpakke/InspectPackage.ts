/**
 * Judges a dokumentpakke, or a CMS envelope around anything.
 */
import {
  type Container,
  DokumentpakkeOpener,
  type Flavour,
  type OpenOptions
} from "@eformidling/port-dokumentpakke/DokumentpakkeOpener"
import type { Verdict } from "@eformidling/port-dokumentpakke/Verdict"
import { Effect, type Option, Stream } from "effect"
import { createHash } from "node:crypto"
import type { Key } from "./KeyFlags.ts"
import * as Opener from "./Opener.ts"
import * as PackageFile from "./PackageFile.ts"
import { fromVerdict, type Report } from "./Report.ts"

/** How a package is read; `cms` for an envelope alone. */
export type PackageFlavour = Flavour | "cms"

type Judged = Pick<Report, "entries" | "findings" | "signer" | "signingTime">

/** `PK`, as every ZIP file begins. */
const isZip = (head: Uint8Array): boolean => head[0] === 0x50 && head[1] === 0x4b

const brokenIn = ({ findings }: Verdict): number => findings.filter(({ severity }) => severity === "broken").length

/** As the flavour it breaks fewest rules of. */
const verifyAsAny = Effect.fnUntraced(function* (container: Container, options: Omit<OpenOptions, "flavour">) {
  const opener = yield* DokumentpakkeOpener
  const dpi = yield* opener.verify(container, { ...options, flavour: "dpi" })
  if (brokenIn(dpi) === 0) return dpi
  const nextMove = yield* opener.verify(container, { ...options, flavour: "dph" })
  return brokenIn(nextMove) < brokenIn(dpi) ? nextMove : dpi
})

/** What an envelope holds: judged where it is a container, else told by size and digest. */
const envelope = Effect.fnUntraced(function* (container: Container, options: Omit<OpenOptions, "flavour">) {
  const digest = createHash("sha256")
  let head: Uint8Array = new Uint8Array()
  yield* Stream.runForEach(container.content, (chunk) =>
    Effect.sync(() => {
      if (head.length < 2) head = Buffer.concat([head, chunk.subarray(0, 2)])
      digest.update(chunk)
    })
  )
  if (isZip(head)) return fromVerdict(yield* verifyAsAny(container, options))
  const content: Judged = {
    entries: [{ name: "(content)", size: container.size, sha256: digest.digest("hex") }],
    findings: []
  }
  return content
})

/** Judges the file by every rule of the flavour. */
export const inspect = Effect.fnUntraced(function* (
  file: string,
  flavour: PackageFlavour,
  key: Option.Option<Key>,
  options: Omit<OpenOptions, "flavour">
) {
  const summary = yield* PackageFile.summary(file)
  const encrypted = flavour === "cms" || summary.encrypted
  const about = { file, flavour, ...summary, encrypted }
  const contained = yield* Opener.containerOf(file, about, key)
  if (contained._tag === "Closed") return { ...about, entries: [], findings: [contained.finding] } satisfies Report
  const { container } = contained
  const judged: Judged =
    flavour === "cms"
      ? yield* envelope(container, options)
      : fromVerdict(yield* (yield* DokumentpakkeOpener).verify(container, { ...options, flavour }))
  const report: Report = { ...about, ...judged }
  return report
}, Effect.scoped)
