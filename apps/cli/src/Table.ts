/**
 * Texts in columns, for people.
 */
import { CliOutput } from "effect/cli"

/** Control characters as they would be written in a program, so that no file's content moves the cursor. */
export const printable = (text: string): string =>
  text.replace(
    /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`
  )

export interface Column {
  readonly title: string
  readonly align?: "right" | undefined
}

const padded = (text: string, width: number, align: Column["align"]): string => {
  const blanks = " ".repeat(Math.max(0, width - CliOutput.displayWidth(text)))
  return align === "right" ? blanks + text : text + blanks
}

/** A line of titles and a line a row, columns two blanks apart. Cells are made printable. */
export const table = (columns: ReadonlyArray<Column>, rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const lines = [columns.map(({ title }) => title), ...rows.map((row) => row.map(printable))]
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => CliOutput.displayWidth(line[index] ?? ""))))
  return lines
    .map((line) =>
      columns
        .map(({ align }, index) => padded(line[index] ?? "", widths[index] ?? 0, align))
        .join("  ")
        .trimEnd()
    )
    .join("\n")
}

/** Lines of a name and what it stands for. */
export const facts = (entries: ReadonlyArray<readonly [name: string, value: string]>): string => {
  const width = Math.max(...entries.map(([name]) => CliOutput.displayWidth(name)))
  return entries.map(([name, value]) => `${padded(name, width, undefined)}  ${printable(value)}`).join("\n")
}
