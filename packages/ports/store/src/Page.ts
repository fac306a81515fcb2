/** Which part of a long answer is wanted. */
export interface PageRequest {
  /** 0 on the first. */
  readonly page: number
  readonly size: number
  /** Applied in order; equal rows keep the order they were stored in. */
  readonly sort: ReadonlyArray<Sort>
}

export interface Sort {
  /** One of those the searched port names; any other is a defect. */
  readonly property: string
  readonly direction: "asc" | "desc"
}

/** One page of a long answer. */
export interface Page<A> {
  readonly content: ReadonlyArray<A>
  /** Of all pages together. */
  readonly totalElements: number
}
