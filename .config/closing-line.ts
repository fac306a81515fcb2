import type { Reporter, TestModule } from "vitest/node"

/** Prints what was skipped, by title, and as its last line `N passed, N failed, N skipped`. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>, unhandled: ReadonlyArray<unknown>): void {
    const skipped: Array<string> = []
    let passed = 0
    let failed = unhandled.length
    for (const module of modules) {
      if (module.state() === "failed" && module.errors().length > 0) failed++
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        if (state === "passed") passed++
        else if (state === "failed") failed++
        else skipped.push(`${module.relativeModuleId} > ${test.fullName}`)
      }
    }
    const list = skipped.length === 0 ? "" : `\nSkipped:\n${skipped.map((title) => `  ${title}`).join("\n")}\n`
    process.stdout.write(`${list}\n${passed} passed, ${failed} failed, ${skipped.length} skipped\n`)
  }
}
