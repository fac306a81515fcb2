/**
 * Packs documents, signs them as the organisation and encrypts them for one recipient.
 */
import { Context, type Effect, type Scope, type Stream } from "effect"
import type { Document } from "./Document.ts"
import type { DokumentpakkeError } from "./DokumentpakkeError.ts"
import type { DpiManifest } from "./DpiManifest.ts"

/** The recipient's certificate: PEM, the base64 of PEM without its header lines, or DER. */
export type RecipientCertificate = string | Uint8Array

/** RSAES-OAEP with SHA-256, or RSAES-PKCS1-v1_5. Source: dokumentpakke 1. */
export type KeyTransport = "oaep" | "pkcs1"

/**
 * A DPI package: XAdES signature, SDP manifest, OAEP.
 *
 * `documents` are in package order: hoveddokument, vedlegg as the manifest lists them, then the metadata
 * documents. Every `href` of the manifest names one of them, and every one of them is named.
 */
export interface DpiSealRequest {
  readonly flavour: "dpi"
  readonly manifest: DpiManifest
  readonly documents: ReadonlyArray<Document>
  readonly recipientCertificate: RecipientCertificate
}

/**
 * A NextMove package (DPE, DPO): CMS signature over `ASiCManifest.xml`, NextMove manifest.
 *
 * The first document is the hoveddokument. `sender` and `receiver` are whole ISO 6523 values, a part identifier included.
 * `keyTransport` is PKCS#1 v1.5 for `dpe` and OAEP for `dpo` unless set.
 */
export interface NextMoveSealRequest {
  readonly flavour: "dpe" | "dpo"
  readonly sender: string
  readonly receiver: string
  readonly documents: ReadonlyArray<Document>
  readonly recipientCertificate: RecipientCertificate
  readonly keyTransport?: KeyTransport | undefined
}

export type SealRequest = DpiSealRequest | NextMoveSealRequest

/** A finished package. */
export interface Sealed {
  /** Bytes of the encrypted package. */
  readonly size: number
  /** SHA-256 of the encrypted bytes: dokumentpakkefingeravtrykk before base64. */
  readonly sha256: Uint8Array
  /** The same bytes each time it runs, until the scope closes. */
  readonly content: Stream.Stream<Uint8Array, DokumentpakkeError>
}

/** Seals dokumentpakker with the organisation's business certificate. */
export class DokumentpakkeSealer extends Context.Service<
  DokumentpakkeSealer,
  {
    /**
     * Returns once the whole package is written and every document has been checked against what it was given with.
     *
     * A small package is held in memory, a large one in a temporary file that goes with the scope. Sealing the same
     * request again gives other bytes: key, initialisation vector and signing time are new each time.
     */
    readonly seal: (request: SealRequest) => Effect.Effect<Sealed, DokumentpakkeError, Scope.Scope>
  }
>()("@eformidling/port-dokumentpakke/DokumentpakkeSealer") {}
