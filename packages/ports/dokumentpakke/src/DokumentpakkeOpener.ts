/**
 * Decrypts and opens dokumentpakker addressed to the organisation.
 */
import { Context, type DateTime, type Effect, type Option, type Scope, type Stream } from "effect"
import type { DocumentError, DokumentpakkeError } from "./DokumentpakkeError.ts"
import type { DpiManifest } from "./DpiManifest.ts"
import type { Trust } from "./Trust.ts"
import type { Signer, Verdict } from "./Verdict.ts"

/** `dpi`: XAdES and an SDP manifest. `dpo`, `dpe`: CMS signature and a NextMove manifest. `dph`: as `dpo` without a manifest. */
export type Flavour = "dpi" | "dpo" | "dpe" | "dph"

/** The ASiC-E container, decrypted but not judged: nothing in it may be acted on. */
export interface Container {
  /** Bytes. */
  readonly size: number
  readonly content: Stream.Stream<Uint8Array, DocumentError | DokumentpakkeError>
}

export interface OpenOptions {
  readonly flavour: Flavour
  /** Instead of the trust the layer was made with. */
  readonly trust?: Trust | undefined
  /** Judges certificates at this time instead of the time of signing. */
  readonly at?: DateTime.Utc | undefined
}

/** A document whose bytes the signature covers and the reader has checked. */
export interface OpenedDocument {
  readonly name: string
  readonly mimeType: string
  /** Bytes. */
  readonly size: number
  readonly sha256: Uint8Array
  /** From the start each time, until the scope closes. */
  readonly content: Stream.Stream<Uint8Array, DokumentpakkeError>
}

/** `manifest.xml` of a NextMove package. */
export interface NextMoveManifest {
  readonly sender: string
  readonly receiver: string
  readonly hoveddokument: { readonly href: string; readonly mime: string }
}

/** The manifest, by the flavour it was read as; `none` for `dph`, which has none. */
export type OpenedManifest =
  | { readonly _tag: "dpi"; readonly manifest: DpiManifest }
  | { readonly _tag: "nextmove"; readonly manifest: NextMoveManifest }
  | { readonly _tag: "none" }

/** A package that was found valid. */
export interface Opened {
  /** Documents in package order, without `mimetype`, `manifest.xml` and META-INF. */
  readonly documents: ReadonlyArray<OpenedDocument>
  readonly manifest: OpenedManifest
  readonly signer: Signer
  readonly signingTime: Option.Option<DateTime.Utc>
  readonly verdict: Verdict
}

/** Opens dokumentpakker; every way to a document goes through verification of the signature over it. */
export class DokumentpakkeOpener extends Context.Service<
  DokumentpakkeOpener,
  {
    /**
     * Decrypts with the organisation's own key, into memory or a temporary file that goes with the scope.
     *
     * Fails with `NotReadable` whatever is wrong with the bytes. Success says nothing of who made the package.
     */
    readonly decrypt: (
      sealed: Stream.Stream<Uint8Array, DocumentError | DokumentpakkeError>
    ) => Effect.Effect<Container, DokumentpakkeError, Scope.Scope>

    /** Judges every rule and lists those that failed; a broken package is a verdict, not a failure. */
    readonly verify: (container: Container, options: OpenOptions) => Effect.Effect<Verdict, DokumentpakkeError>

    /** Gives the documents of a package whose verdict is `valid`; fails with `NotReadable` for any other. */
    readonly open: (
      container: Container,
      options: OpenOptions
    ) => Effect.Effect<Opened, DokumentpakkeError, Scope.Scope>
  }
>()("@eformidling/port-dokumentpakke/DokumentpakkeOpener") {}
