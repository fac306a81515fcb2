import type { Schema } from "effect"
import type { BusinessMessageType } from "../BusinessMessageType.ts"
import { Digital } from "./Digital.ts"
import { EinnsynKvittering } from "./EinnsynKvittering.ts"
import { Innsynskrav } from "./Innsynskrav.ts"
import { Print } from "./Print.ts"
import { Publisering } from "./Publisering.ts"
import { StatusMelding } from "./StatusMelding.ts"

/** The body of each business message. */
export const bodies = {
  digital: Digital,
  print: Print,
  innsynskrav: Innsynskrav,
  publisering: Publisering,
  einnsyn_kvittering: EinnsynKvittering,
  status: StatusMelding
} as const satisfies Record<BusinessMessageType, Schema.Top>

/** A business message: its type, and the body that goes with it. */
export type Forretningsmelding = {
  readonly [Type in BusinessMessageType]: { readonly type: Type; readonly body: (typeof bodies)[Type]["Type"] }
}[BusinessMessageType]

/** The business message of one type. */
export type Of<Type extends BusinessMessageType> = Extract<Forretningsmelding, { readonly type: Type }>
