import { Schema } from "effect"

/** Which way a message goes, seen from this organisation. */
export const Direction = Schema.Literals(["OUTGOING", "INCOMING"])
export type Direction = typeof Direction.Type
