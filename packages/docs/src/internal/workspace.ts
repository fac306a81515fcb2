import { existsSync, readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import * as Path from "node:path"

/** The folder the repository is checked out in. */
const root = fileURLToPath(new URL("../../../..", import.meta.url))

/** One import statement's target, and the file it stands in (relative to the repository). */
export interface Import {
  readonly file: string
  readonly specifier: string
  readonly names: ReadonlyArray<string>
}

/** One package of the workspace, as its manifest, its compiler settings and its sources describe it. */
export interface Package {
  readonly name: string
  readonly folder: string
  /** What the package needs to run: `dependencies` and `peerDependencies`. */
  readonly dependencies: ReadonlyArray<string>
  readonly devDependencies: ReadonlyArray<string>
  /** Names of the packages its tsconfig.json refers to. */
  readonly references: ReadonlyArray<string>
  /** Imports of the sources that are published. */
  readonly imports: ReadonlyArray<Import>
  /** Imports of tests, benchmarks and what supports them. */
  readonly testImports: ReadonlyArray<Import>
}

interface Manifest {
  readonly name: string
  readonly dependencies?: Record<string, string>
  readonly peerDependencies?: Record<string, string>
  readonly devDependencies?: Record<string, string>
}

const json = <A>(path: string): A => JSON.parse(readFileSync(path, "utf8"))

const families = ["packages", "packages/ports", "packages/adapters", "apps"]

const folders = (): ReadonlyArray<string> =>
  families.flatMap((family) =>
    readdirSync(Path.join(root, family), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && existsSync(Path.join(root, family, entry.name, "package.json")))
      .map((entry) => `${family}/${entry.name}`)
  )

const sources = (folder: string): ReadonlyArray<string> => {
  const src = Path.join(root, folder, "src")
  if (!existsSync(src)) return []
  return readdirSync(src, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => Path.join(folder, "src", file))
}

const statement = /^\s*(?:import|export)\s+(?:type\s+)?([^"'`;]*?\s+from\s+)?["']([^"']+)["']/gm
const dynamic = /\bimport\(\s*["']([^"']+)["']\s*\)/g
const comments = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm

const importedNames = (clause: string): ReadonlyArray<string> => {
  const braces = /\{([^}]*)\}/.exec(clause)?.[1] ?? ""
  return braces
    .split(",")
    .map((name) => name.trim().replace(/^type\s+/, ""))
    .map((name) => name.split(/\s+as\s+/)[0] ?? "")
    .filter((name) => name !== "")
}

/** The imports a TypeScript source makes; text inside comments is not read. */
export const importsOf = (file: string, text: string): ReadonlyArray<Import> => {
  const code = text.replace(comments, "")
  return [
    ...[...code.matchAll(statement)].map(([, clause = "", specifier = ""]) => ({
      file,
      specifier,
      names: importedNames(clause)
    })),
    ...[...code.matchAll(dynamic)].map(([, specifier = ""]) => ({ file, specifier, names: [] }))
  ]
}

/** Tests, benchmarks, and what only they use (`*.testing.ts`, `*.test.support.ts`); none of it is published. */
const isTest = (file: string): boolean => /\.(test|test\.support|testing|bench)\.ts$/.test(file)

const readPackage = (folder: string): Package => {
  const manifest = json<Manifest>(Path.join(root, folder, "package.json"))
  const compiler = json<{ readonly references?: ReadonlyArray<{ readonly path: string }> }>(
    Path.join(root, folder, "tsconfig.json")
  )
  const imports = sources(folder).flatMap((file) => importsOf(file, readFileSync(Path.join(root, file), "utf8")))
  return {
    name: manifest.name,
    folder,
    dependencies: Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }),
    devDependencies: Object.keys(manifest.devDependencies ?? {}),
    references: (compiler.references ?? []).map(
      ({ path }) => json<Manifest>(Path.join(root, folder, path, "package.json")).name
    ),
    imports: imports.filter(({ file }) => !isTest(file)),
    testImports: imports.filter(({ file }) => isTest(file))
  }
}

/** Every package of the workspace. */
export const packages = (): ReadonlyArray<Package> => folders().map(readPackage)

/** What a visitor of the repository sees at its top: everything that git keeps or could keep, without dot files. */
export const visibleTopLevel = (): ReadonlyArray<string> =>
  readdirSync(root)
    .filter((name) => !name.startsWith(".") && name !== "node_modules")
    .sort()

/** The stability effect gives a module in its first doc comment: `stable`, `unstable` or `experimental`. */
export const stabilityOf = (module: string): string => {
  const source = Path.join(root, "node_modules/effect/src", `${module}.ts`)
  if (!existsSync(source)) return "unknown"
  return /@stability (\w+)/.exec(readFileSync(source, "utf8"))?.[1] ?? "unknown"
}
