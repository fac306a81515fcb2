/**
 * The shared test vectors, for the tests of this package.
 */
import { BusinessCertificate } from "@eformidling/port-dokumentpakke/BusinessCertificate"
import type { Trust } from "@eformidling/port-dokumentpakke/Trust"
import { DateTime, Layer, Option, Redacted, Stream } from "effect"
import { existsSync, readFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { fileURLToPath } from "node:url"
import { certificateBytes, parseCertificate } from "./certificate.ts"

const folder = fileURLToPath(new URL("../../../../../../shared/data/", import.meta.url))

export const hasVectors = existsSync(`${folder}vectors/index.json`)

/** For a title: why the test is skipped, when it is. */
export const titled = (title: string) => (hasVectors ? title : `${title} (skipped: there is no ../shared/data)`)

export const dataPath = (path: string) => `${folder}${path}`

export const vector = (path: string): Uint8Array => new Uint8Array(readFileSync(`${folder}vectors/${path}`))

export const vectorText = (path: string): string => readFileSync(`${folder}vectors/${path}`, "utf8")

export interface VectorFile {
  readonly file: string
  readonly sha256: string
}

export interface Judged {
  readonly id: string
  readonly flavour: "dpi" | "dpo" | "dpe" | "dph" | "cms"
  readonly file: string
  readonly expect: "accept" | "reject" | "either"
  readonly stage: string
  readonly reason: string
  readonly recipient: string
  readonly encrypted?: string
}

export interface PackageVector {
  readonly id: string
  readonly flavour: "dpi" | "dpo" | "dpe" | "dph"
  readonly signer: string
  readonly recipient: string
  readonly asice: VectorFile
  readonly cms: VectorFile
  readonly inputs: ReadonlyArray<{
    readonly file: string
    readonly filename: string
    readonly mime: string
    readonly title?: string
  }>
  readonly entries: ReadonlyArray<{
    readonly name: string
    readonly size: number
    readonly sha256: string
    readonly mime?: string
  }>
}

export interface CmsVector {
  readonly id: string
  readonly file: string
  readonly recipient: string
  readonly plaintextSha256: string
  readonly expect: "accept" | "either"
}

export interface Index {
  readonly packages: ReadonlyArray<PackageVector>
  readonly cms: ReadonlyArray<CmsVector>
  readonly tolerance: ReadonlyArray<Judged>
  readonly negative: ReadonlyArray<Judged>
}

export const index: Index = hasVectors
  ? JSON.parse(vectorText("index.json"))
  : { packages: [], cms: [], tolerance: [], negative: [] }

/** The vectors' root and nothing else of theirs. */
export const trust = (): Trust => ({
  mode: "ANCHORED",
  anchors: [vectorText("keys/ca-root.cert.pem")],
  intermediates: [vectorText("keys/ca-seid1.cert.pem"), vectorText("keys/ca-seid2.cert.pem")]
})

export const settings = () => ({ temporaryDirectory: tmpdir(), trust: trust() })

/** The business certificate of a key of the vectors, by its id. */
export const businessCertificate = (key: string): Layer.Layer<BusinessCertificate> =>
  Layer.sync(BusinessCertificate, () => {
    const [leaf, ...issuers] = certificateBytes(vectorText(`keys/${key}.chain.pem`))
    const { notAfter, notBefore, organisasjonsnummer, serial, subject } = parseCertificate(leaf!)
    return BusinessCertificate.of({
      organisasjonsnummer: Option.fromUndefinedOr(organisasjonsnummer),
      chain: [leaf!, ...issuers],
      privateKey: Redacted.make(vectorText(`keys/${key}.key.pem`)),
      notBefore: DateTime.makeUnsafe(notBefore),
      notAfter: DateTime.makeUnsafe(notAfter),
      serialNumber: String(serial),
      subject
    })
  })

/** Bytes in pieces of `size`, as a network brings them. */
export const pieces = (bytes: Uint8Array, size = 1000): Stream.Stream<Uint8Array> =>
  Stream.fromIterable(
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size))
  )
