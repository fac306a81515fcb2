import { execFileSync, spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import type { TestProject } from "vitest/node"

declare module "vitest" {
  interface ProvidedContext {
    /**
     * A superuser's URL (`postgresql://postgres@127.0.0.1:<port>/postgres`) to a throw-away Postgres that lives as long
     * as the test run; `undefined` where Postgres is not installed. Each test file makes a database of its own.
     */
    readonly postgresUrl: string | undefined
  }
}

const debian = "/usr/lib/postgresql"

/** The folder with `initdb` and `pg_ctl`: on the PATH, or where Debian puts them. */
const programs = (): string | undefined => {
  const packaged = existsSync(debian)
    ? readdirSync(debian)
        .sort((a, b) => Number(b) - Number(a))
        .map((version) => join(debian, version, "bin"))
    : []
  const folders = [...packaged, ...(process.env["PATH"] ?? "").split(delimiter)]
  return folders.find((folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "pg_ctl")))
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once("error", reject)
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address()
      const port = typeof address === "object" && address !== null ? address.port : 0
      probe.close(() => resolve(port))
    })
  })

/** Whether any test file of this run asks for `postgresUrl`; starting a server takes a second the others need not wait. */
const isWanted = async (project: TestProject): Promise<boolean> => {
  const { vitest } = project
  const named = "filenamePattern" in vitest && Array.isArray(vitest.filenamePattern) ? vitest.filenamePattern : []
  const specifications = await vitest.globTestSpecifications(named)
  return specifications.some(({ moduleId }) => readFileSync(moduleId, "utf8").includes("postgresUrl"))
}

export default async function setup(project: TestProject): Promise<(() => void) | undefined> {
  const bin = programs()
  if (bin === undefined || !(await isWanted(project))) {
    project.provide("postgresUrl", undefined)
    return undefined
  }
  // Postgres refuses to run as root.
  const asRoot = process.getuid?.() === 0
  const prefix = asRoot ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"] : []
  const run = (program: string, ...args: ReadonlyArray<string>) => {
    const [command = "", ...rest] = [...prefix, join(bin, program), ...args]
    const { status, stderr, error } = spawnSync(command, rest, {
      encoding: "utf8",
      cwd: tmpdir(),
      stdio: ["ignore", "ignore", "pipe"]
    })
    if (status !== 0) throw new Error(`${program} failed: ${error?.message ?? stderr}`)
  }

  const folder = mkdtempSync(join(tmpdir(), "eformidling-postgres-"))
  if (asRoot) execFileSync("chown", ["postgres:postgres", folder])
  const data = join(folder, "data")
  const port = await freePort()
  const options = [
    "listen_addresses=127.0.0.1",
    `port=${port}`,
    `unix_socket_directories=${folder}`,
    "fsync=off",
    "max_connections=200"
  ]
  try {
    run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
    const flags = options.map((option) => `-c ${option}`).join(" ")
    run("pg_ctl", "-D", data, "-w", "-l", join(folder, "log"), "-o", flags, "start")
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
  project.provide("postgresUrl", `postgresql://postgres@127.0.0.1:${port}/postgres`)
  return () => {
    run("pg_ctl", "-D", data, "-m", "immediate", "stop")
    rmSync(folder, { recursive: true, force: true })
  }
}
