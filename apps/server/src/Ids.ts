/** Ids beyond what a row can have name nothing, and are not put to the store. */
const maximum = 2 ** 31 - 1

/** The id, or one that no row has. */
export const rowId = (id: number): number => (id >= 0 && id <= maximum ? id : -1)
