/**
 * Judges a container by every rule of its flavour.
 *
 * Source: dokumentpakke 15.
 */
import type { Flavour, OpenedManifest } from "@eformidling/port-dokumentpakke/DokumentpakkeOpener"
import type { DokumentpakkeError } from "@eformidling/port-dokumentpakke/DokumentpakkeError"
import type { EntrySummary, Verdict } from "@eformidling/port-dokumentpakke/Verdict"
import { DateTime, Effect, Option } from "effect"
import type { Limits } from "../Settings.ts"
import { judgeCertificate, type ParsedTrust } from "./certificateChain.ts"
import { type Contents, type Content, readContents } from "./contents.ts"
import { Broken, Findings } from "./finding.ts"
import { readAsicManifest, readDpiManifest, readNextMoveManifest } from "./manifestReader.ts"
import { type FileReference, isSha256 } from "./reference.ts"
import type { VerifiedSignature } from "./signature.ts"
import { verifySignedData } from "./signedDataReader.ts"
import type { Stored } from "./storage.ts"
import { verifyXades } from "./xadesReader.ts"
import { parseXml } from "./xml.ts"
import { readDirectory } from "./zipDirectory.ts"

/** A document with what the signature says of it. */
interface SignedContent extends Content {
  readonly mimeType: string | undefined
}

export interface Judgement {
  readonly verdict: Verdict
  readonly manifest: OpenedManifest
  /** Documents in package order; of meaning only where the verdict is `valid`. */
  readonly documents: ReadonlyArray<SignedContent>
}

export interface JudgementOptions {
  readonly flavour: Flavour
  readonly limits: Limits
  /** Undefined where nothing is configured to trust. */
  readonly trust: ParsedTrust | undefined
  readonly at: DateTime.Utc | undefined
}

const only = (findings: Findings, contents: Contents, pattern: RegExp, what: string): Content | undefined => {
  const found = contents.metadata.filter(({ entry }) => pattern.test(entry.name))
  if (found.length !== 1) findings.broken("signature", `there should be one ${what}, and there are ${found.length}`)
  return found.length === 1 ? found[0] : undefined
}

const readXades = Effect.fnUntraced(function* (findings: Findings, contents: Contents) {
  const file = only(findings, contents, /^META-INF\/signatures\.xml$/i, "META-INF/signatures.xml")
  const bytes = file?.bytes
  if (bytes === undefined) return undefined
  const root = yield* findings.attempt("xml", () => parseXml(bytes))
  return root === undefined ? undefined : yield* findings.attempt("signature", () => verifyXades(root))
})

const readSignedManifest = Effect.fnUntraced(function* (findings: Findings, contents: Contents) {
  const manifest = only(findings, contents, /^META-INF\/asicmanifest[^/]*\.xml$/i, "META-INF/ASiCManifest.xml")?.bytes
  const signature = only(findings, contents, /^META-INF\/signature[^/]*\.p7s$/i, "META-INF/signature-….p7s")
  const signedData = signature?.bytes
  if (manifest === undefined || signature === undefined || signedData === undefined) return undefined
  const root = yield* findings.attempt("xml", () => parseXml(manifest))
  if (root === undefined) return undefined
  const listed = yield* findings.attempt("signature", () => readAsicManifest(root))
  const verified = yield* findings.attempt("signature", () => verifySignedData(signedData, manifest))
  if (listed === undefined || verified === undefined) return undefined
  if (!listed.signatureNames.includes(signature.entry.name))
    findings.broken("signature", "SigReference names another file than the signature")
  return { ...verified, references: listed.references } satisfies VerifiedSignature
})

/** Every file signed exactly once, every reference met by exactly one file, digests equal. */
const checkCoverage = (
  findings: Findings,
  contents: Contents,
  references: ReadonlyArray<FileReference>
): ReadonlyMap<string, FileReference> => {
  const signable = new Map(contents.signable.map((content) => [content.entry.name, content]))
  const covered = new Map<string, FileReference>()
  for (const reference of references) {
    const name = reference.names.find((candidate) => signable.has(candidate))
    if (name === undefined) {
      findings.broken("coverage", `the signed file ${reference.uri} is not in the package`)
    } else if (covered.has(name)) {
      findings.broken("coverage", `${name} is referenced twice`)
    } else {
      covered.set(name, reference)
      const { sha256 } = signable.get(name)!
      if (!isSha256(reference.digestMethod))
        findings.broken("digest", `${name} is digested by ${reference.digestMethod}`)
      else if (sha256 !== undefined && !Buffer.from(sha256).equals(reference.digest))
        findings.broken("digest", `${name} is not the file that was signed`)
    }
  }
  for (const name of signable.keys()) {
    if (!covered.has(name)) findings.broken("coverage", `no signature covers ${name}`)
  }
  return covered
}

const checkCertificate = Effect.fnUntraced(function* (
  findings: Findings,
  signature: VerifiedSignature,
  options: JudgementOptions
) {
  const signingTime = Option.flatMap(Option.fromUndefinedOr(signature.signingTime), (time) => DateTime.make(time))
  const at = options.at ?? Option.getOrElse(signingTime, () => undefined) ?? (yield* DateTime.now)
  const { trust } = options
  if (trust === undefined || (trust.rules.chain === "anchored" && trust.anchors.length === 0)) {
    findings.unjudged("certificate", "no trusted root is configured to judge the signer's certificate by")
  } else {
    yield* Effect.match(
      judgeCertificate(signature.signer, signature.others, trust, DateTime.formatIso(DateTime.toUtc(at))),
      {
        onFailure: (error) => findings.broken("certificate", error.message),
        onSuccess: () => undefined
      }
    )
  }
  if (Option.isNone(signingTime)) findings.warning("signature", "the signature does not tell when it was made")
  return Option.map(signingTime, DateTime.toUtc)
})

const readManifest = Effect.fnUntraced(function* (findings: Findings, contents: Contents, flavour: Flavour) {
  const none: OpenedManifest = { _tag: "none" }
  if (flavour === "dph") return none
  const bytes = contents.signable.find(({ entry }) => entry.name === "manifest.xml")?.bytes
  if (bytes === undefined) {
    if (flavour === "dpi") findings.broken("manifest", "there is no manifest.xml")
    else findings.warning("manifest", "there is no manifest.xml")
    return none
  }
  const root = yield* findings.attempt("xml", () => parseXml(bytes))
  if (root === undefined) return none
  const read = yield* findings.attempt("manifest", (): OpenedManifest =>
    flavour === "dpi"
      ? { _tag: "dpi", manifest: readDpiManifest(root) }
      : { _tag: "nextmove", manifest: readNextMoveManifest(root) }
  )
  return read ?? none
})

/** Files the manifest names must be there. Signed files that it does not name are odd, and no more than that. */
const checkManifest = (findings: Findings, contents: Contents, opened: OpenedManifest) => {
  if (opened._tag === "none") return
  const names = new Set(contents.signable.map(({ entry }) => entry.name))
  const hrefs =
    opened._tag === "nextmove"
      ? [opened.manifest.hoveddokument.href]
      : [opened.manifest.hoveddokument, ...opened.manifest.vedlegg].flatMap(({ data, href }) =>
          data === undefined ? [href] : [href, data.href]
        )
  for (const href of hrefs) {
    if (!names.has(href)) findings.broken("manifest", `manifest.xml names ${href}, which is not in the package`)
  }
  if (opened._tag === "dpi") {
    for (const name of names) {
      if (name !== "manifest.xml" && !hrefs.includes(name))
        findings.warning("manifest", `manifest.xml does not name ${name}`)
    }
  }
}

/** Judges; fails only where our own storage does. */
export const judge = Effect.fnUntraced(function* (
  stored: Stored,
  options: JudgementOptions
): Effect.fn.Return<Judgement, DokumentpakkeError> {
  const findings = new Findings()
  const { flavour, limits } = options
  const directory = yield* Effect.catchIf(
    readDirectory(stored, flavour === "dpi" ? limits.dpiEntries : limits.nextMoveEntries),
    (error) => error instanceof Broken,
    (error) => Effect.sync(() => findings.broken(error.rule, error.message))
  )
  const contents = yield* readContents(findings, stored, directory ?? [], options)
  const signature =
    directory === undefined
      ? undefined
      : yield* flavour === "dpi" ? readXades(findings, contents) : readSignedManifest(findings, contents)
  const covered =
    signature === undefined ? new Map<string, FileReference>() : checkCoverage(findings, contents, signature.references)
  const signingTime =
    signature === undefined ? Option.none<DateTime.Utc>() : yield* checkCertificate(findings, signature, options)
  const manifest =
    directory === undefined ? { _tag: "none" as const } : yield* readManifest(findings, contents, flavour)
  checkManifest(findings, contents, manifest)
  const summary = ({ entry, sha256 }: Content): EntrySummary => ({
    name: entry.name,
    mimeType: Option.fromUndefinedOr(covered.get(entry.name)?.mimeType),
    size: entry.bytes,
    sha256: Option.fromUndefinedOr(sha256)
  })
  return {
    manifest,
    documents: contents.signable
      .filter(({ entry }) => entry.name !== "manifest.xml")
      .map((content) => ({ ...content, mimeType: covered.get(content.entry.name)?.mimeType })),
    verdict: {
      outcome: findings.outcome,
      findings: findings.all,
      entries: contents.all.map(summary),
      signer: Option.map(Option.fromUndefinedOr(signature?.signer), (signer) => ({
        subject: signer.subject,
        organisasjonsnummer: Option.fromUndefinedOr(signer.organisasjonsnummer),
        certificate: signer.der
      })),
      signingTime
    }
  }
})
