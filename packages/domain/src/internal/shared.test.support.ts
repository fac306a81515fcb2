/** The published schemas and examples, where they lie beside the repository. */
// The domain does no I/O; its tests read the published data, here and nowhere else.
/* oxlint-disable eslint/no-restricted-imports */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
/* oxlint-enable eslint/no-restricted-imports */

const root = fileURLToPath(new URL("../../../../../shared/data/", import.meta.url))

/** Whether the published data is there; tests that rest on it are skipped when it is not. */
export const present = existsSync(root)

/** What a title says of a test that rests on published data. */
export const note = present ? "" : " (skipped: ../shared/data is absent)"

/** One file as JSON. */
export const json = (path: string): unknown => JSON.parse(readFileSync(`${root}${path}`, "utf8"))

/** The JSON files of a folder, by path below the published data; none when it is absent. */
export const files = (folder: string, suffix = ".json"): ReadonlyArray<string> =>
  present
    ? readdirSync(`${root}${folder}`)
        .filter((name) => name.endsWith(suffix))
        .map((name) => `${folder}/${name}`)
        .sort()
    : []
