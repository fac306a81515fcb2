/**
 * What an installation may choose about packing and opening.
 */
import type { Trust } from "@eformidling/port-dokumentpakke/Trust"

/** Limits of what is opened. A package beyond one of them is refused before it is unpacked. */
export interface Limits {
  /** Bytes of the container. */
  readonly containerBytes: number
  /** Bytes of all entries together, unpacked. */
  readonly unpackedBytes: number
  /** Bytes of `manifest.xml` and of each META-INF entry, unpacked. */
  readonly metadataBytes: number
  /** Times an entry may grow when it is unpacked, once it is above `ratioFreeBytes`. */
  readonly ratio: number
  readonly ratioFreeBytes: number
  /** Entries of a DPI package: a hoveddokument, 200 vedlegg, their metadata documents and the rest. */
  readonly dpiEntries: number
  readonly nextMoveEntries: number
}

export const defaultLimits: Limits = {
  containerBytes: 2 ** 30,
  unpackedBytes: 2 ** 30,
  metadataBytes: 4 * 2 ** 20,
  ratio: 100,
  ratioFreeBytes: 16 * 2 ** 20,
  dpiEntries: 410,
  nextMoveEntries: 10_000
}

export interface Settings {
  /** Folder for packages that are too large for memory; every file in it is gone once its scope closes. */
  readonly temporaryDirectory: string
  /** Bytes of one package that are held in memory before it moves to a file. */
  readonly memoryBytes?: number | undefined
  readonly limits?: Partial<Limits> | undefined
  /** Whose signatures are accepted, where a call does not say otherwise. */
  readonly trust: Trust
}

export const defaultMemoryBytes = 2 ** 20
