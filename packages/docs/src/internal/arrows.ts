import type { Import, Package } from "./workspace.ts"

const scope = "@eformidling/"

/** The part a package plays in the house; the arrows are drawn between parts. */
type Part =
  | "domain"
  | "port"
  | "exchange"
  | "adapter"
  | "api"
  | "client"
  | "configuration"
  | "servicebus-broker"
  | "simulated-network"
  | "docs"
  | "app"

interface Row {
  readonly mayUse: ReadonlyArray<Part>
  /** How the rule reads in a sentence that tells of its breach. */
  readonly because: string
}

const rows: Record<Part, Row> = {
  domain: { mayUse: [], because: "the domain rests on effect and nothing else" },
  port: { mayUse: ["domain"], because: "a port adds only the domain, and no port knows another" },
  exchange: { mayUse: ["domain", "port"], because: "the use cases see ports, never who fulfils them" },
  adapter: { mayUse: ["domain", "port"], because: "an adapter sees the domain and ports, never another adapter" },
  api: { mayUse: ["domain"], because: "the API's definition adds only the domain" },
  client: { mayUse: ["domain", "api"], because: "the client is derived from the API's definition" },
  configuration: { mayUse: ["domain"], because: "settings are values of the domain and plain types" },
  "servicebus-broker": { mayUse: [], because: "the broker speaks AMQP and knows nothing of eFormidling" },
  "simulated-network": {
    mayUse: ["domain", "port", "adapter", "servicebus-broker"],
    because: "the simulated network opens and checks what others send, and takes no part in sending"
  },
  docs: { mayUse: [], because: "documentation is read, not linked to" },
  app: {
    mayUse: [
      "domain",
      "port",
      "exchange",
      "adapter",
      "api",
      "client",
      "configuration",
      "app",
      "simulated-network",
      "servicebus-broker"
    ],
    because: "an app joins the others"
  }
}

const simulations: ReadonlyArray<Part> = ["simulated-network", "servicebus-broker"]

/** The adapters and ports the simulated network may open dokumentpakker and keystores with. */
const openers = ["adapter-dokumentpakke-cms", "adapter-keystore", "port-dokumentpakke"].map((name) => scope + name)

const partOf = (folder: string): Part | undefined => {
  if (folder.startsWith("apps/")) return "app"
  if (folder.startsWith("packages/ports/")) return "port"
  if (folder.startsWith("packages/adapters/")) return "adapter"
  const name = folder.slice("packages/".length)
  return name in rows ? (name as Part) : undefined
}

/** One sentence for each dependency that points the wrong way. */
export const wrongArrows = (packages: ReadonlyArray<Package>): ReadonlyArray<string> => {
  const byName = new Map(packages.map((pkg) => [pkg.name, pkg]))
  return packages.flatMap((pkg) => {
    const part = partOf(pkg.folder)
    if (part === undefined) {
      return [`${pkg.folder} has no place in the house: give it a row in packages/docs/src/internal/arrows.ts.`]
    }
    const { mayUse, because } = rows[part]
    return pkg.dependencies
      .filter((dependency) => dependency.startsWith(scope))
      .flatMap((dependency) => {
        const target = byName.get(dependency)
        if (target === undefined) return [`${pkg.name} depends on ${dependency}, which is not in the workspace.`]
        const targetPart = partOf(target.folder)
        if (targetPart === undefined || !mayUse.includes(targetPart)) {
          return [`${pkg.name} must not depend on ${dependency}: ${because}.`]
        }
        if (part === "app" && simulations.includes(targetPart) && pkg.name !== `${scope}sandbox`) {
          return [
            `${pkg.name} must not depend on ${dependency}: outside tests only the sandbox stands on a simulation.`
          ]
        }
        const opens = targetPart === "adapter" || targetPart === "port"
        return part === "simulated-network" && opens && !openers.includes(dependency)
          ? [`${pkg.name} must not depend on ${dependency}: ${because}.`]
          : []
      })
  })
}

/** The package part of an import: `@eformidling/domain/MessageId` is `@eformidling/domain`, `effect/http` is `effect`. */
const packageOf = (specifier: string): string =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/")

const isForeign = ({ specifier }: Import): boolean => !specifier.startsWith(".") && !specifier.startsWith("node:")

/** One sentence for each import of something the package's manifest does not list for that use. */
export const undeclaredImports = (packages: ReadonlyArray<Package>): ReadonlyArray<string> =>
  packages.flatMap((pkg) => {
    const missing = (imports: ReadonlyArray<Import>, declared: ReadonlyArray<string>, where: string) =>
      imports
        .filter((one) => isForeign(one) && ![...declared, pkg.name].includes(packageOf(one.specifier)))
        .map((one) => `${one.file} imports ${one.specifier}, which ${where} of ${pkg.name} do not list.`)
    return [
      ...missing(pkg.imports, pkg.dependencies, "the dependencies"),
      ...missing(pkg.testImports, [...pkg.dependencies, ...pkg.devDependencies], "the dependencies and devDependencies")
    ]
  })

/** One sentence for each difference between a tsconfig's references and the dependencies inside the workspace. */
export const wrongReferences = (packages: ReadonlyArray<Package>): ReadonlyArray<string> =>
  packages.flatMap((pkg) => {
    const inside = pkg.dependencies.filter((dependency) => dependency.startsWith(scope))
    return [
      ...inside
        .filter((dependency) => !pkg.references.includes(dependency))
        .map((dependency) => `${pkg.folder}/tsconfig.json lacks a reference to ${dependency}, a dependency.`),
      ...pkg.references
        .filter((reference) => !inside.includes(reference))
        .map((reference) => `${pkg.folder}/tsconfig.json refers to ${reference}, which is no dependency.`)
    ]
  })

/** Files that exist for tests alone: contract kits and the folder of arbitraries. They may use what is not stable yet. */
const isTestKit = (file: string): boolean => /Contract\.ts$|\/src\/testing(\/|\.ts$)/.test(file)

/** One sentence for each import by domain or ports of an effect module that is not stable. */
export const unstableImports = (
  packages: ReadonlyArray<Package>,
  stabilityOf: (module: string) => string
): ReadonlyArray<string> =>
  packages
    .filter(({ folder }) => partOf(folder) === "domain" || partOf(folder) === "port")
    .flatMap(({ imports }) => imports)
    .filter(({ file, specifier }) => packageOf(specifier) === "effect" && !isTestKit(file))
    .flatMap(({ file, names, specifier }) => {
      const fromBarrel = names.filter((name) => /^[A-Z]/.test(name))
      const modules = specifier === "effect" ? fromBarrel : [specifier.slice("effect/".length)]
      return modules
        .filter((module) => stabilityOf(module) !== "stable")
        .map((module) => `${file} imports effect's ${module}, which is ${stabilityOf(module)}.`)
    })
