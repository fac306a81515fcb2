import rhea from "rhea"
import { verify } from "../Sas.ts"
import type { AccessKey } from "../Sas.ts"
import type { Claims } from "./claims.ts"
import { textOf } from "./request.ts"
import type { Request, Response } from "./request.ts"

const answer = (status: number, description: string): Response => ({
  properties: { "status-code": rhea.types.wrap_int(status), "status-description": description }
})

/** Judges a put-token request, and keeps the claim when the token is good. Source: servicebus-amqp 3. */
export const putToken = (request: Request, claims: Claims, keys: ReadonlyArray<AccessKey>, now: number): Response => {
  const { properties } = request
  const name = textOf(properties["name"])
  const token = textOf(request.body)
  if (properties["operation"] !== "put-token")
    return answer(400, `The operation '${String(properties["operation"])}' is not known.`)
  if (properties["type"] !== "servicebus.windows.net:sastoken")
    return answer(400, `The token type '${String(properties["type"])}' is not supported.`)
  if (name === undefined || token === undefined) return answer(400, "The request lacks a name or a token.")
  const verdict = verify(token, name, keys, now)
  if (verdict._tag === "Refused") return answer(401, verdict.problem)
  claims.put(name, verdict.grant.rights, verdict.grant.expiresAt)
  return answer(202, "Accepted")
}
