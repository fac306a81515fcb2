import { Api } from "@eformidling/api/Api"
import { CapabilitiesBody } from "@eformidling/api/CapabilitiesBody"
import { capabilities } from "@eformidling/exchange/Capabilities"
import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { answer } from "./Answer.ts"
import { acceptsJson } from "./Negotiation.ts"
import * as Responses from "./Responses.ts"

const body = Responses.json(CapabilitiesBody)

/** Source: nextmove-api 1.4. */
export const layer = HttpApiBuilder.group(Api, "capabilities", (handlers) =>
  handlers.handleAll({
    ofReceiver: Effect.fnUntraced(function* ({ params: { receiverIdentifier }, query }) {
      yield* acceptsJson
      return yield* body({ capabilities: yield* capabilities({ identifier: receiverIdentifier, ...query }) })
    }, answer)
  })
)
