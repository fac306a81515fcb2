import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  root: here(".."),
  cacheDir: here("../node_modules/.cache/vitest"),
  test: {
    include: ["packages/**/*.test.ts", "apps/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    benchmark: { include: ["packages/**/*.bench.ts", "apps/**/*.bench.ts"] },
    // Most of a run is importing Effect; one module graph a worker makes the suite several times faster.
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    globalSetup: [here("postgres.ts")],
    reporters: ["default", here("closing-line.ts")],
    coverage: { provider: "v8", include: ["packages/**/src/**", "apps/*/src/**"], reporter: ["text-summary"] }
  }
})
