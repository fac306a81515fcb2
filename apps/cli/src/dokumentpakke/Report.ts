/**
 * What was found out about a file, for people and for programs.
 */
import type { Rule as PackageRule, Verdict } from "@eformidling/port-dokumentpakke/Verdict"
import { Console, DateTime, Effect, Option } from "effect"
import { Ended } from "../Ended.ts"
import { facts, printable, table } from "../Table.ts"

/**
 * Stable names of the rules: those of a package, and
 *
 * `decrypt` the envelope opens · `format` parts and header of a JWS · `header` nothing critical that is unknown ·
 * `algorithm` · `message` the DPI message's schema · `sender` signed by whom the message is from · `fingerprint` of the
 * dokumentpakke that belongs to the message.
 */
export type Rule = PackageRule | "decrypt" | "format" | "header" | "algorithm" | "message" | "sender" | "fingerprint"

/** A rule that did not pass plainly. `broken` makes the file invalid, `unjudged` leaves it open, `warning` neither. */
export interface Finding {
  readonly rule: Rule
  readonly severity: "broken" | "warning" | "unjudged"
  readonly detail: string
}

export interface Entry {
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** Hexadecimal; absent when the entry could not be read. */
  readonly sha256?: string | undefined
  readonly mimeType?: string | undefined
}

export interface Report {
  readonly file: string
  readonly flavour: string
  readonly encrypted: boolean
  /** Bytes of the file as it is. */
  readonly size: number
  /** Of the file as it is, base64: the dokumentpakkefingeravtrykk of an encrypted package. */
  readonly fingerprint: string
  readonly signer?: { readonly subject: string; readonly organisasjonsnummer?: string | undefined } | undefined
  /** ISO 8601. */
  readonly signingTime?: string | undefined
  readonly entries: ReadonlyArray<Entry>
  readonly findings: ReadonlyArray<Finding>
}

export type Outcome = "valid" | "invalid" | "unjudged"

export const outcomeOf = (findings: ReadonlyArray<Finding>): Outcome => {
  if (findings.some(({ severity }) => severity === "broken")) return "invalid"
  return findings.some(({ severity }) => severity === "unjudged") ? "unjudged" : "valid"
}

/** The part of a report that a verifier of packages knows. */
export const fromVerdict = (verdict: Verdict): Pick<Report, "entries" | "findings" | "signer" | "signingTime"> => ({
  signer: Option.getOrUndefined(
    Option.map(verdict.signer, ({ organisasjonsnummer, subject }) => ({
      subject,
      organisasjonsnummer: Option.getOrUndefined(organisasjonsnummer)
    }))
  ),
  signingTime: Option.getOrUndefined(Option.map(verdict.signingTime, DateTime.formatIso)),
  entries: verdict.entries.map(({ mimeType, name, sha256, size }) => ({
    name,
    size,
    sha256: Option.getOrUndefined(Option.map(sha256, (digest) => Buffer.from(digest).toString("hex"))),
    mimeType: Option.getOrUndefined(mimeType)
  })),
  findings: verdict.findings
})

const counted = (count: number): string => (count === 1 ? "1 rule is broken" : `${count} rules are broken`)

const conclusion = (findings: ReadonlyArray<Finding>): string => {
  const outcome = outcomeOf(findings)
  if (outcome === "valid") return "Valid."
  return outcome === "invalid"
    ? `Not valid: ${counted(new Set(findings.filter(({ severity }) => severity === "broken").map(({ rule }) => rule)).size)}.`
    : "Could not be judged."
}

const entryTable = (entries: ReadonlyArray<Entry>): string =>
  table(
    [{ title: "Entry" }, { title: "Bytes", align: "right" }, { title: "Type" }, { title: "SHA-256" }],
    entries.map(({ mimeType = "", name, sha256 = "", size }) => [name, String(size), mimeType, sha256])
  )

/** The report as text. */
export const toText = (report: Report): string => {
  const { encrypted, entries, findings, fingerprint, flavour, signer, signingTime, size } = report
  const number = signer?.organisasjonsnummer
  return [
    facts([
      ["File", `${report.file}, ${size} bytes`],
      ["Read as", `${flavour}, ${encrypted ? "encrypted" : "not encrypted"}`],
      ["Fingerprint", fingerprint],
      ["Signer", signer === undefined ? "not known" : signer.subject],
      ...(signer === undefined ? [] : [["", number ?? "names no organisation"] as const]),
      ...(signingTime === undefined ? [] : [["Signed", signingTime] as const])
    ]),
    ...(entries.length === 0 ? [] : [entryTable(entries)]),
    [
      conclusion(findings),
      ...findings.map(({ detail, rule, severity }) => `  ${severity}: ${rule}: ${printable(detail)}`)
    ].join("\n")
  ].join("\n\n")
}

/** The report as JSON, with its outcome; members that are not known are left out. */
export const toJson = (report: Report): string =>
  JSON.stringify({ outcome: outcomeOf(report.findings), ...report }, undefined, 2)

/** Prints the report and ends by its outcome. */
export const print = Effect.fnUntraced(function* (report: Report, json: boolean) {
  yield* Console.log(json ? toJson(report) : toText(report))
  const outcome = outcomeOf(report.findings)
  if (outcome !== "valid") return yield* new Ended({ code: outcome === "invalid" ? 1 : 2 })
})
