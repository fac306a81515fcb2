/**
 * What this program says it is.
 */
import manifest from "../package.json" with { type: "json" }
import type { Build } from "./ManageHandlers.ts"

/** Version of all packages together. */
export const build: Build = { version: manifest.version, commit: "" }
