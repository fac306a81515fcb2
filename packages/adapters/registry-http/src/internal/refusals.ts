import { Option, Schema } from "effect"
import { STATUS_CODES } from "node:http"

const RefusalBody = Schema.fromJsonString(Schema.Struct({ error_description: Schema.NonEmptyString }))

/** What the registry said about a refusal, when it said something. */
export const descriptionIn = (body: string): string | undefined =>
  Option.getOrUndefined(Schema.decodeUnknownOption(RefusalBody)(body))?.error_description

const spelledOut: Readonly<Record<number, string>> = {
  400: "400 BAD_REQUEST",
  401: "401 UNAUTHORIZED",
  403: "403 FORBIDDEN"
}

/** The text clients know for a lookup that the registry refused. Source: dpi 10.5; nextmove-api 3.2. */
export const refusalText = (parameters: string, status: number, description: string | undefined): string => {
  const phrase = STATUS_CODES[status] ?? ""
  const spelled = spelledOut[status]
  return spelled !== undefined && description !== undefined
    ? `Caught exception when looking up service record with parameter ${parameters}, http status ${spelled} (${phrase}): ${description}`
    : `Caught exception when looking up service record with parameter ${parameters}, http status: ${status} (${phrase})`
}
