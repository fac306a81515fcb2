/**
 * Whose signatures are accepted, and at what time.
 */
import type { CertificateMode, Trust } from "@eformidling/port-dokumentpakke/Trust"
import { DateTime, Effect, Option } from "effect"
import { Flag } from "effect/cli"
import * as PackageFile from "./PackageFile.ts"

const modes = {
  anchored: "ANCHORED",
  production: "PRODUCTION",
  test: "TEST",
  "self-signed": "SELF_SIGNED"
} as const satisfies Record<string, CertificateMode>

/** The flags that say whom to trust. */
export const trustFlags = {
  trust: Flag.File("trust").pipe(
    Flag.withMetavar("ROOT.pem"),
    Flag.withDescription("Certificates, in PEM, that a signer's certificate must lead to; may be repeated"),
    Flag.atLeast(0)
  ),
  certificateMode: Flag.Literals("certificate-mode", ["anchored", "production", "test", "self-signed"]).pipe(
    Flag.withDescription("What else is asked of a signer's certificate, as difi.move.dpi.certificate.mode"),
    Flag.withDefault("anchored")
  ),
  at: Flag.Date("at").pipe(
    Flag.withMetavar("TIME"),
    Flag.withDescription("Judge certificates at this time, e.g. 2026-01-02T03:04:05Z, not at the time of signing"),
    Flag.optional
  )
} as const

/** The flags as given. */
export interface TrustInput {
  readonly trust: ReadonlyArray<string>
  readonly certificateMode: keyof typeof modes
  readonly at: Option.Option<Date>
}

/** Whom to trust. Every certificate named is an end of chains, be it a root or not. */
export const trustOf = Effect.fnUntraced(function* ({ certificateMode, trust }: TrustInput) {
  const anchors = yield* Effect.forEach(trust, PackageFile.bytes)
  const trusted: Trust = { mode: modes[certificateMode], anchors, intermediates: [] }
  return trusted
})

/** Whether there is anything to judge a certificate by. */
export const isJudge = ({ anchors, mode }: Trust): boolean => mode === "SELF_SIGNED" || anchors.length > 0

/** The time to judge at, where one is given. */
export const timeOf = ({ at }: TrustInput): DateTime.Utc | undefined =>
  Option.getOrUndefined(Option.map(at, DateTime.fromDateUnsafe))
