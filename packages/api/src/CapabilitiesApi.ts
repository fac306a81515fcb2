import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, OpenApi } from "effect/http-api"
import { CapabilitiesBody } from "./CapabilitiesBody.ts"
import { BadRequest, NotFound, ServerError, Unauthorized } from "./ErrorBody.ts"

/** What can be sent to whom. Source: nextmove-api 1.4. */
export class CapabilitiesApi extends HttpApiGroup.make("capabilities")
  .add(
    HttpApiEndpoint.get("ofReceiver", "/:receiverIdentifier", {
      params: { receiverIdentifier: Schema.String },
      query: { securityLevel: Schema.optionalKey(Schema.Int), process: Schema.optionalKey(Schema.String) },
      success: CapabilitiesBody,
      error: [BadRequest, Unauthorized, NotFound, ServerError]
    }).annotateMerge(OpenApi.annotations({ summary: "What can be sent to a receiver" }))
  )
  .prefix("/api/capabilities") {}
