// Runs the project's tasks on any machine that has Node 18 or newer and npm: obtains the pinned Node and pnpm, installs
// what the lock file says, and hands over to the task. Usage: node .config/run.mjs <task> [arguments]
import { execFileSync, spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { constants } from "node:os"
import { delimiter, dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const root = join(dirname(fileURLToPath(import.meta.url)), "..")
const read = (file) => readFileSync(join(root, file), "utf8")
const nodeVersion = read(".node-version").trim()
const pnpmPackage = JSON.parse(read("package.json")).packageManager

/** A step whose output is shown only when it fails. */
const quiet = (step) => Object.assign(step, { quiet: true })
const node = (...args) => ["node", ...args]
const tool = (name, ...args) => ["pnpm", "exec", name, ...args]
const bundle = (app) =>
  quiet(tool("turbo", "run", "build", `--filter=${app}`, "--output-logs=errors-only", "--log-prefix=none"))
const vitest = (...args) => tool("vitest", ...args, "--config", ".config/vitest.config.ts")

/** The steps of each task, in order; the arguments of the command line go to the last. */
const tasks = {
  start: [bundle("@eformidling/sandbox"), node("apps/sandbox/dist/main.js")],
  demo: [bundle("@eformidling/sandbox"), node("apps/sandbox/dist/demo.js")],
  build: [tool("turbo", "run", "build", "--output-logs=errors-only")],
  test: [tool("tsc", "-p", ".config/tsconfig.json"), vitest("run")],
  bench: [vitest("bench", "--run")],
  format: [tool("oxfmt")],
  check: [node(".config/check.mjs")]
}

/** npm's own settings must not reach pnpm or a native build, and nothing may phone home. */
const environment = () => {
  const inherited = /^npm_(config_(?!cache$|registry$)|lifecycle|package|node_execpath|execpath|command)/
  const kept = Object.entries(process.env).filter(([name]) => !inherited.test(name))
  return {
    ...Object.fromEntries(kept),
    TURBO_TELEMETRY_DISABLED: "1",
    TURBO_NO_UPDATE_NOTIFIER: "1",
    DO_NOT_TRACK: "1"
  }
}

const memos = join(root, "node_modules", ".cache")
const remembered = (name) => {
  try {
    return JSON.parse(readFileSync(join(memos, name), "utf8"))
  } catch {
    return undefined
  }
}
const remember = (name, value) => {
  mkdirSync(memos, { recursive: true })
  writeFileSync(join(memos, name), JSON.stringify(value))
}

/** The folders of the pinned `node` and `pnpm`. npm keeps both in its cache, so only the first call downloads. */
const toolchain = (env) => {
  const key = `${nodeVersion} ${pnpmPackage} ${process.platform}-${process.arch}`
  const known = remembered("toolchain.json")
  if (known?.key === key && known.programs.every((program) => existsSync(program))) return known
  // node-linux-* is the program itself; the package called node fetches it in an install script, which may be switched off.
  const nodePackage = process.platform === "linux" ? `node-linux-${process.arch}` : "node"
  const packages = [`--package=${nodePackage}@${nodeVersion}`, `--package=${pnpmPackage}`]
  const where = `node -p "process.execPath" && command -v pnpm`
  const answer = execFileSync("npm", ["exec", "--yes", "--loglevel=error", ...packages, "-c", where], {
    cwd: root,
    env,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"]
  })
  return { key, programs: answer.trim().split("\n").slice(-2) }
}

let child
const run = (step, env) =>
  new Promise((resolve) => {
    const [command, ...args] = step
    const output = []
    child = spawn(command, args, { cwd: root, env, stdio: step.quiet ? ["ignore", "pipe", "pipe"] : "inherit" })
    child.stdout?.on("data", (bytes) => output.push(bytes))
    child.stderr?.on("data", (bytes) => output.push(bytes))
    child.on("error", (error) => {
      console.error(`${command} could not be started: ${error.message}`)
      resolve(127)
    })
    child.on("close", (code, signal) => {
      if (code !== 0) process.stderr.write(Buffer.concat(output))
      resolve(code ?? 128 + constants.signals[signal])
    })
  })
let stopped
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    stopped = signal
    // Ctrl-C reaches the whole process group by itself; sending it again would count as impatience.
    if (signal !== "SIGINT" || !process.stdin.isTTY) child?.kill(signal)
  })
}

const main = async () => {
  const [task = "start", ...rest] = process.argv.slice(2)
  if (!Object.hasOwn(tasks, task)) {
    console.error(`No task is called ${task}; there are: ${Object.keys(tasks).join(", ")}`)
    return 2
  }
  const env = environment()
  const found = toolchain(env)
  env.PATH = [...new Set(found.programs.map((program) => dirname(program))), env.PATH].join(delimiter)

  const wanted = createHash("sha256").update(found.key).update(read("pnpm-lock.yaml")).digest("hex")
  if (remembered("installed.json") !== wanted) {
    const install = ["pnpm", "install", "--frozen-lockfile", "--reporter=append-only", "--loglevel=warn"]
    const code = await run(install, env)
    if (code !== 0) return code
    remember("toolchain.json", found)
    remember("installed.json", wanted)
  }

  const steps = tasks[task]
  for (const [index, step] of steps.entries()) {
    const code = await run(index === steps.length - 1 ? [...step, ...rest] : step, env)
    if (code !== 0) return code
    if (stopped !== undefined && index < steps.length - 1) return 128 + constants.signals[stopped]
  }
  return 0
}

process.exitCode = await main()
