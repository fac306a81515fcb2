/**
 * `eformidling dokumentpakke open`: the documents of a valid package.
 */
import {
  DokumentpakkeOpener,
  type Opened,
  type OpenOptions,
  type OpenedDocument
} from "@eformidling/port-dokumentpakke/DokumentpakkeOpener"
import { Console, Effect, FileSystem, Path, Stream } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { Hindered } from "../Ended.ts"
import { printable } from "../Table.ts"
import { keyFlags, keyOf } from "./KeyFlags.ts"
import * as Opener from "./Opener.ts"
import * as PackageFile from "./PackageFile.ts"
import * as Report from "./Report.ts"
import { timeOf, trustFlags, trustOf } from "./TrustFlags.ts"

/** Where each document goes. The reader has refused every name that leads out of the folder. */
const targetsOf = Effect.fnUntraced(function* (documents: ReadonlyArray<OpenedDocument>, folder: string) {
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const targets = documents.map((document) => ({ document, target: path.join(folder, document.name) }))
  for (const { target } of targets) {
    if (yield* files.exists(target))
      return yield* new Hindered({ message: `${target} is there already. Nothing was written: give an empty --out.` })
  }
  return targets
})

const write = Effect.fnUntraced(function* ({ documents }: Opened, folder: string) {
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  for (const { document, target } of yield* targetsOf(documents, folder)) {
    yield* files.makeDirectory(path.dirname(target), { recursive: true })
    yield* Stream.run(document.content, files.sink(target, { flag: "wx" }))
    yield* Console.log(`${printable(target)}  ${document.size} bytes`)
  }
})

const open = Effect.fnUntraced(function* (
  file: string,
  folder: string,
  key: Parameters<typeof Opener.containerOf>[2],
  options: OpenOptions
) {
  const opener = yield* DokumentpakkeOpener
  const summary = yield* PackageFile.summary(file)
  const about = { file, flavour: options.flavour, ...summary }
  const contained = yield* Opener.containerOf(file, summary, key)
  if (contained._tag === "Closed")
    return yield* Report.print({ ...about, entries: [], findings: [contained.finding] }, false)
  const verdict = yield* opener.verify(contained.container, options)
  if (verdict.outcome !== "valid") return yield* Report.print({ ...about, ...Report.fromVerdict(verdict) }, false)
  yield* write(yield* opener.open(contained.container, options), folder)
}, Effect.scoped)

/** Writes the documents of a valid package; of any other it prints what is wrong, and writes nothing. */
export const openCommand = Command.make(
  "open",
  {
    file: Argument.File("file").pipe(Argument.withDescription("The package, encrypted or not")),
    flavour: Flag.Literals("flavour", ["dpi", "dpo", "dpe", "dph"]).pipe(
      Flag.withDescription("What the package should be")
    ),
    out: Flag.Directory("out").pipe(
      Flag.withMetavar("DIR"),
      Flag.withDescription("Folder for the documents; no file in it is written over")
    ),
    ...keyFlags,
    ...trustFlags
  },
  Effect.fn("open")(function* (input) {
    const key = yield* keyOf(input)
    const trust = yield* trustOf(input)
    const options = { flavour: input.flavour, at: timeOf(input) }
    yield* Effect.provide(open(input.file, input.out, key, options), Opener.layer(trust, key))
  })
).pipe(
  Command.withDescription("Write the documents of a valid dokumentpakke to a folder"),
  Command.withExamples([
    {
      command:
        "eformidling dokumentpakke open asic.cms --flavour dpi --keystore own.p12 --trust root.pem --out documents",
      description: "Open a package from the post"
    }
  ])
)
