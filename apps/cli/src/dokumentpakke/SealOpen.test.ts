import { NodeServices } from "@effect/platform-node"
import type * as Pki from "@eformidling/simulated-network/pki/Pki"
import * as PkiFolder from "@eformidling/simulated-network/pki/PkiFolder"
import { assert, layer } from "@effect/vitest"
import { Context, Effect, FileSystem, Layer, Path } from "effect"
import { commandLine } from "../commandLine.testing.ts"

const sender = "910076787"
const receiver = "991825827"

const parties: ReadonlyArray<Pki.Party> = [sender, receiver].map((organisasjonsnummer) => ({
  name: organisasjonsnummer,
  organisasjonsnummer,
  organisation: `Organisasjon ${organisasjonsnummer}`
}))

class Folder extends Context.Service<Folder, string>()("@eformidling/cli/SealOpen.test/Folder") {}

const folder = Layer.effect(
  Folder,
  Effect.flatMap(FileSystem.FileSystem, (files) => files.makeTempDirectoryScoped({ prefix: "eformidling-cli-" }))
)

const keys = Layer.unwrap(Effect.map(Folder, (path) => PkiFolder.layer(path, parties))).pipe(
  Layer.provideMerge(folder),
  Layer.provideMerge(NodeServices.layer)
)

/** A folder of its own, with two documents, and the flags of either party. */
const workplace = Effect.gen(function* () {
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const pki = yield* Folder
  const place = yield* files.makeTempDirectory({ directory: pki })
  const at = (name: string) => path.join(place, name)
  yield* files.writeFileString(at("søknad.txt"), "Jeg søker innsyn. ".repeat(1000))
  yield* files.writeFileString(at("vedlegg.bin"), "\u0000\u0001")
  const pem = (party: string) => path.join(pki, `${party}.pem`)
  const documents = [at("søknad.txt"), at("vedlegg.bin")]
  return {
    at,
    documents,
    pem,
    trusting: ["--trust", path.join(pki, "trust.pem")],
    seal: (flavour: string, ...more: ReadonlyArray<string>) =>
      commandLine(
        ["dokumentpakke", "seal", ...documents, "--flavour", flavour, "--recipient", pem(receiver)],
        ["--keystore", pem(sender), "--out", at("asic.cms"), ...more]
      ),
    open: (flavour: string, ...more: ReadonlyArray<string>) =>
      commandLine(
        ["dokumentpakke", "open", at("asic.cms"), "--flavour", flavour],
        ["--keystore", pem(receiver), "--out", at("out"), ...more]
      )
  }
})

layer(keys, { excludeTestServices: true })("dokumentpakke seal and open", (it) => {
  it.effect.each(["dpi", "dpo", "dpe"].map((flavour) => [flavour]))(
    "gives back what was sealed as %s, name by name and byte by byte",
    ([flavour = ""]) =>
      Effect.gen(function* () {
        const files = yield* FileSystem.FileSystem
        const { at, documents, open, seal, trusting } = yield* workplace
        const sealed = yield* seal(flavour)
        assert.deepStrictEqual([sealed.code, sealed.error], [0, ""])
        const opened = yield* open(flavour, ...trusting)
        assert.deepStrictEqual([opened.code, opened.error], [0, ""])
        assert.deepStrictEqual((yield* files.readDirectory(at("out"))).toSorted(), ["søknad.txt", "vedlegg.bin"])
        for (const [index, name] of ["søknad.txt", "vedlegg.bin"].entries())
          assert.deepStrictEqual(yield* files.readFile(at(`out/${name}`)), yield* files.readFile(documents[index]!))
      })
  )

  it.effect("tells the fingerprint that a DPI message about the package must have", () =>
    Effect.gen(function* () {
      const { at, pem, seal, trusting } = yield* workplace
      const sealed = yield* seal("dpi", "--title", "Svar", "--language", "nb", "--postkasseadresse", "kari#1ABC")
      const inspected = yield* commandLine([
        "dokumentpakke",
        "inspect",
        at("asic.cms"),
        "--flavour",
        "dpi",
        "--key",
        pem(receiver),
        ...trusting
      ])
      assert.strictEqual(inspected.code, 0)
      const fingerprint = /^Fingerprint +(\S+)$/m
      assert.strictEqual(fingerprint.exec(sealed.out)?.[1], fingerprint.exec(inspected.out)?.[1])
      assert.match(inspected.out, new RegExp(`^Signer .*\\n +${sender}$`, "m"))
    })
  )

  it.effect("writes nothing of a package that is damaged, not trusted, or of another flavour", () =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const { at, open, seal, trusting } = yield* workplace
      yield* seal("dpe")
      const untrusted = yield* open("dpe")
      assert.strictEqual(untrusted.code, 2)
      assert.include(untrusted.out, "Could not be judged.")
      const other = yield* open("dpi", ...trusting)
      assert.strictEqual(other.code, 1)
      assert.include(other.out, "broken: signature: ")
      const bytes = yield* files.readFile(at("asic.cms"))
      bytes[Math.floor(bytes.length / 2)]! ^= 1
      yield* files.writeFile(at("asic.cms"), bytes)
      const damaged = yield* open("dpe", ...trusting)
      assert.strictEqual(damaged.code, 1)
      assert.isFalse(yield* files.exists(at("out")))
    })
  )

  it.effect("writes over no file", () =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const { at, open, seal, trusting } = yield* workplace
      yield* seal("dpe")
      const again = yield* seal("dpe")
      assert.strictEqual(again.code, 2)
      assert.include(again.error, "is there already")
      yield* files.makeDirectory(at("out"))
      yield* files.writeFileString(at("out/vedlegg.bin"), "mine")
      const opened = yield* open("dpe", ...trusting)
      assert.strictEqual(opened.code, 2)
      assert.deepStrictEqual(yield* files.readDirectory(at("out")), ["vedlegg.bin"])
      assert.strictEqual(yield* files.readFileString(at("out/vedlegg.bin")), "mine")
    })
  )

  it.effect("says what is wrong with a key", () =>
    Effect.gen(function* () {
      const { at, open, pem, seal } = yield* workplace
      yield* seal("dpe")
      const both = yield* open("dpe", "--key", pem(receiver))
      assert.deepStrictEqual([both.code, both.error], [2, "Give --key or --keystore, not both."])
      const text = yield* commandLine([
        "dokumentpakke",
        "inspect",
        at("asic.cms"),
        "--flavour",
        "dpe",
        "--key",
        at("søknad.txt")
      ])
      assert.strictEqual(text.code, 2)
      assert.include(text.error, "holds no private key in PEM")
    })
  )

  it.effect("refuses names that a package cannot have", () =>
    Effect.gen(function* () {
      const { at, documents, pem } = yield* workplace
      const twice = yield* commandLine(
        ["dokumentpakke", "seal", documents[0]!, documents[0]!, "--flavour", "dpe", "--recipient", pem(receiver)],
        ["--keystore", pem(sender), "--out", at("twice.cms")]
      )
      assert.strictEqual(twice.code, 2)
      assert.include(twice.error, "documents[1].filename")
    })
  )

  it.effect("explains itself, and ends with 2 when it is not understood", () =>
    Effect.gen(function* () {
      const help = yield* commandLine("dokumentpakke", "inspect", "--help")
      assert.strictEqual(help.code, 0)
      assert.include(help.out, "--certificate-mode")
      assert.strictEqual((yield* commandLine("dokumentpakke", "inspect", "a", "--flavour", "zip")).code, 2)
      assert.strictEqual((yield* commandLine("dokumentpakke", "inspect", "nowhere.cms", "--flavour", "cms")).code, 2)
    })
  )
})
