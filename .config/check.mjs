// Everything CI asks besides the tests. All checks run, each to its end, and the last line says how they went.
import { spawnSync } from "node:child_process"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const root = join(dirname(fileURLToPath(import.meta.url)), "..")
const bin = (name) => join(root, "node_modules", ".bin", name)
const effectCompiler = () => {
  const answer = spawnSync(bin("effect-tsgo"), ["get-exe-path"], { cwd: root, encoding: "utf8" })
  if (answer.status !== 0) throw new Error(`effect-tsgo did not say where its compiler is: ${answer.stderr}`)
  return answer.stdout.trim()
}

const checks = {
  types: () => [
    effectCompiler(),
    "-p",
    ".config/tsconfig.json",
    "--tsBuildInfoFile",
    "node_modules/.cache/effect.tsbuildinfo"
  ],
  lint: () => [bin("oxlint"), "--config", ".oxlintrc.json", "--type-aware", "--deny-warnings"],
  format: () => [bin("oxfmt"), "--config", ".oxfmtrc.json", "--check"],
  boundaries: () => [bin("turbo"), "boundaries"],
  "dead code": () => [bin("knip"), "--config", ".config/knip.json", "--no-config-hints"],
  "locked dependencies": () => ["pnpm", "install", "--frozen-lockfile", "--offline", "--lockfile-only"]
}

const wanted = process.argv.slice(2)
const outcomes = []
for (const [name, command] of Object.entries(checks)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  const [program, ...args] = command()
  console.log(`\n── ${name}`)
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: "inherit" })
  if (error !== undefined) console.error(`${program} could not be started: ${error.message}`)
  outcomes.push({ name, passed: status === 0 })
}

console.log("")
for (const { name, passed } of outcomes) console.log(`${passed ? "passed" : "FAILED"}  ${name}`)
const passed = outcomes.filter((outcome) => outcome.passed).length
console.log(`${passed} passed, ${outcomes.length - passed} failed`)
process.exitCode = passed === outcomes.length && passed > 0 ? 0 : 1
