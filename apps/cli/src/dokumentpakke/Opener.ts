/**
 * Opens packages with the key and the trust of the command line.
 */
import * as CmsDokumentpakkeOpener from "@eformidling/adapter-dokumentpakke-cms/CmsDokumentpakkeOpener"
import { BusinessCertificate } from "@eformidling/port-dokumentpakke/BusinessCertificate"
import { NotReadable } from "@eformidling/port-dokumentpakke/DokumentpakkeError"
import { type Container, DokumentpakkeOpener } from "@eformidling/port-dokumentpakke/DokumentpakkeOpener"
import type { Trust } from "@eformidling/port-dokumentpakke/Trust"
import { Effect, Layer, Option } from "effect"
import { tmpdir } from "node:os"
import { said } from "../Ended.ts"
import type { Key } from "./KeyFlags.ts"
import * as PackageFile from "./PackageFile.ts"
import type { Finding } from "./Report.ts"

/** With a key it decrypts; without one it reads what is not encrypted. */
export const layer = (trust: Trust, key: Option.Option<Key>) => {
  const settings = { temporaryDirectory: tmpdir(), trust }
  if (Option.isNone(key)) return CmsDokumentpakkeOpener.layerKey(settings, undefined)
  return key.value._tag === "Bare"
    ? CmsDokumentpakkeOpener.layerKey(settings, key.value.privateKey)
    : CmsDokumentpakkeOpener.layer(settings).pipe(
        Layer.provide(Layer.succeed(BusinessCertificate, key.value.certificate))
      )
}

/** The container, or why there is none. */
export type Contained =
  | { readonly _tag: "Container"; readonly container: Container }
  | { readonly _tag: "Closed"; readonly finding: Finding }

const closed = (severity: Finding["severity"], detail: string): Contained => ({
  _tag: "Closed",
  finding: { rule: "decrypt", severity, detail }
})

/** The container in a file, decrypted where it has to be. Fails only where the file or our own storage does. */
export const containerOf = Effect.fnUntraced(function* (
  path: string,
  { encrypted, size }: Pick<PackageFile.Summary, "encrypted" | "size">,
  key: Option.Option<Key>
) {
  const content = (yield* PackageFile.content)(path)
  if (!encrypted) return { _tag: "Container", container: { size, content } } satisfies Contained
  if (Option.isNone(key)) return closed("unjudged", "it is encrypted: give the recipient's --key or --keystore")
  const opener = yield* DokumentpakkeOpener
  return yield* opener.decrypt(content).pipe(
    Effect.map((container): Contained => ({ _tag: "Container", container })),
    Effect.catch((error) =>
      error.reason instanceof NotReadable
        ? Effect.succeed(closed("broken", said(error.reason.cause)))
        : Effect.fail(error)
    )
  )
})
