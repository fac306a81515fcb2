// Bundles the entry points of an app into `dist`, everything but Node's own modules inside.
// Usage, from the app's folder: node ../../.config/bundle.mjs src/main.ts [src/other.ts …]
import { rmSync } from "node:fs"
import { basename } from "node:path"
import { rolldown } from "rolldown"

const entries = process.argv.slice(2)
if (entries.length === 0) {
  console.error("bundle.mjs: name the entry points, e.g. src/main.ts")
  process.exit(2)
}

// Parts of CommonJS packages ask for Node's modules by `require`, which an ES module must be given.
// On the global object, since a module of a bundle may have a `require` of its own.
const banner = `import { createRequire as __createRequire } from "node:module"; globalThis.require ??= __createRequire(import.meta.url);`

const problems = []
const build = await rolldown({
  input: Object.fromEntries(entries.map((entry) => [basename(entry).replace(/\.[cm]?ts$/, ""), entry])),
  platform: "node",
  external: [/^node:/],
  // Types are erased, not compiled, so no compiler setting matters here.
  tsconfig: false,
  onLog: (level, log, report) => {
    if (log.code === "UNRESOLVED_IMPORT") problems.push(log.message)
    else if (level === "warn" && log.id?.includes("node_modules") !== true) report(level, log)
  }
})
rmSync("dist", { recursive: true, force: true })
await build.write({
  dir: "dist",
  format: "esm",
  banner,
  sourcemap: true,
  entryFileNames: "[name].js",
  chunkFileNames: "chunks/[name]-[hash].js"
})
await build.close()

if (problems.length > 0) {
  console.error(`Not found while bundling, and missing at run time:\n${problems.join("\n")}`)
  process.exitCode = 1
}
