/**
 * The organisation's own certificate, and whose signatures it trusts, as the configuration says.
 */
import * as KeystoreBusinessCertificate from "@eformidling/adapter-keystore/KeystoreBusinessCertificate"
import type { KeystoreSettings } from "@eformidling/configuration/KeystoreSettings"
import type { Settings } from "@eformidling/configuration/Settings"
import { Problem, SettingsError } from "@eformidling/configuration/SettingsError"
import type { Trust } from "@eformidling/port-dokumentpakke/Trust"
import { Effect, FileSystem, Redacted } from "effect"

/** A certificate out of a keystore. */
export const keystore = ({
  alias,
  password,
  path,
  type
}: Pick<KeystoreSettings, "alias" | "password" | "path"> & { readonly type: string }) =>
  KeystoreBusinessCertificate.layer({ path, type, alias, password: password ?? Redacted.make("") })

const readAnchor = (property: string) => (path: string) =>
  Effect.flatMap(FileSystem.FileSystem, (files) =>
    Effect.mapError(
      files.readFileString(path),
      () =>
        new SettingsError({
          problems: [
            new Problem({ property, problem: `names ${path}, which cannot be read. Write the path of a PEM file.` })
          ]
        })
    )
  )

/** Whose certificates are trusted: those that lead to the configured anchors by the rules of the configured mode. */
export const trust = Effect.fnUntraced(function* ({ dpi }: Settings["Service"]) {
  const anchors = yield* Effect.forEach(dpi.trustAnchorPaths, readAnchor("difi.move.dpi.certificate.trust"))
  const trusted: Trust = { mode: dpi.certificateMode, anchors, intermediates: [] }
  return trusted
})

/** Tells an operator who trusts nobody what that means. */
export const warnOfNoTrust = ({ dpi }: Settings["Service"]): Effect.Effect<void> =>
  dpi.trustAnchorPaths.length > 0 || dpi.certificateMode === "SELF_SIGNED"
    ? Effect.void
    : Effect.logWarning(
        "difi.move.dpi.certificate.trust is not set: kvitteringer and dokumentpakker from others cannot be verified. " +
          "Write the paths of PEM files with the issuers' certificates, from Buypass and Commfides."
      )
