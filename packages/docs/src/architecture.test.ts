import { assert, describe, it } from "@effect/vitest"
import { undeclaredImports, unstableImports, wrongArrows, wrongReferences } from "./internal/arrows.ts"
import { importsOf, type Package, packages, stabilityOf, visibleTopLevel } from "./internal/workspace.ts"

const all = packages()
const none = (sentences: ReadonlyArray<string>): void => assert.deepStrictEqual(sentences, [])

describe("the house", () => {
  it("has arrows that point inwards only", () => none(wrongArrows(all)))

  it("imports only what each manifest lists", () => none(undeclaredImports(all)))

  it("tells the compiler of the same arrows as the package manager", () => none(wrongReferences(all)))

  it("rests domain and ports on stable modules of effect", () => none(unstableImports(all, stabilityOf)))

  it("shows exactly the agreed names at its top", () => {
    assert.deepStrictEqual(visibleTopLevel(), [
      "LICENSE",
      "README.md",
      "apps",
      "package.json",
      "packages",
      "pnpm-lock.yaml",
      "pnpm-workspace.yaml",
      "tsconfig.base.json",
      "turbo.json"
    ])
  })
})

describe("the rules themselves", () => {
  const pkg = (folder: string, name: string, parts: Partial<Package> = {}): Package => ({
    name,
    folder,
    dependencies: [],
    devDependencies: [],
    references: [],
    imports: [],
    testImports: [],
    ...parts
  })
  const domain = pkg("packages/domain", "@eformidling/domain")
  const store = pkg("packages/ports/store", "@eformidling/port-store")
  const sql = pkg("packages/adapters/store-sql", "@eformidling/adapter-store-sql")
  const network = pkg("packages/simulated-network", "@eformidling/simulated-network")
  const using = (from: Package, to: Package): Package => ({ ...from, dependencies: [to.name] })

  it("refuses each arrow that points outwards, with a sentence", () => {
    const exchange = pkg("packages/exchange", "@eformidling/exchange")
    const memory = pkg("packages/adapters/memory", "@eformidling/adapter-memory")
    const server = pkg("apps/server", "@eformidling/server")
    const transport = pkg("packages/ports/transport", "@eformidling/port-transport")
    const broker = pkg("packages/servicebus-broker", "@eformidling/servicebus-broker")
    const wrong: ReadonlyArray<readonly [Package, Package]> = [
      [domain, store],
      [store, transport],
      [exchange, sql],
      [sql, memory],
      [sql, exchange],
      [sql, server],
      [server, network],
      [network, sql],
      [network, exchange],
      [server, broker]
    ]
    for (const [from, to] of wrong) {
      const sentences = wrongArrows([using(from, to), to])
      assert.strictEqual(sentences.length, 1, `${from.name} to ${to.name}`)
      assert.include(sentences[0], `${from.name} must not depend on ${to.name}: `)
    }
  })

  it("lets each arrow that points inwards pass", () => {
    const sandbox = pkg("apps/sandbox", "@eformidling/sandbox")
    none(wrongArrows([using(store, domain), domain]))
    none(wrongArrows([using(sql, store), store]))
    none(wrongArrows([using(sandbox, network), network]))
  })

  it("refuses a package that has no place", () => {
    assert.include(wrongArrows([pkg("packages/misc", "@eformidling/misc")])[0], "no place in the house")
  })

  it("refuses an import that no manifest lists, and a test's import in a source", () => {
    const one = (specifier: string) => ({ file: "packages/domain/src/A.ts", specifier, names: [] })
    assert.lengthOf(undeclaredImports([{ ...domain, imports: [one("undici")] }]), 1)
    assert.lengthOf(undeclaredImports([{ ...domain, devDependencies: ["vitest"], imports: [one("vitest")] }]), 1)
    none(undeclaredImports([{ ...domain, devDependencies: ["vitest"], testImports: [one("vitest"), one("node:fs")] }]))
  })

  it("refuses a reference without dependency and a dependency without reference", () => {
    assert.lengthOf(wrongReferences([using(store, domain)]), 1)
    assert.lengthOf(wrongReferences([{ ...store, references: [domain.name] }]), 1)
  })

  it("refuses modules that effect does not call stable", () => {
    const imports = importsOf("packages/domain/src/A.ts", `import { Arbitrary, Schema } from "effect"\n`)
    assert.lengthOf(unstableImports([{ ...domain, imports }], stabilityOf), 1)
    const deep = importsOf("packages/domain/src/A.ts", `import * as Sql from "effect/sql/SqlClient"\n`)
    assert.lengthOf(unstableImports([{ ...domain, imports: deep }], stabilityOf), 1)
  })

  it("reads imports of every form, and none from comments", () => {
    const text = [
      `import { type A, B as C } from "one"`,
      `import * as D from 'two'`,
      `export {\n  E,\n  F\n} from "three"`,
      `import "four"`,
      ["const g = im", `port("five")`].join(""),
      `/** import { X } from "six" */`,
      `  // import { Y } from "seven"`
    ].join("\n")
    const found = importsOf("a.ts", text)
    assert.deepStrictEqual(
      found.map(({ specifier }) => specifier),
      ["one", "two", "three", "four", "five"]
    )
    assert.deepStrictEqual(found[0]?.names, ["A", "B"])
  })
})
