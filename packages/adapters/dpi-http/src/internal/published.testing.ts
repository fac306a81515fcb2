/**
 * The shared test data, for the tests of this package.
 */
import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

const folder = fileURLToPath(new URL("../../../../../../shared/data/", import.meta.url))

export const hasData = existsSync(`${folder}vectors/index.json`)

/** For a title: why the test is skipped, when it is. */
export const titled = (title: string) => (hasData ? title : `${title} (skipped: there is no ../shared/data)`)

export const text = (path: string): string => readFileSync(`${folder}${path}`, "utf8")

export const bytes = (path: string): Uint8Array => new Uint8Array(readFileSync(`${folder}${path}`))
