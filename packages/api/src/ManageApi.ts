import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { NotFound, Unauthorized } from "./ErrorBody.ts"

/** Components by name; each has its status and what is known of it. */
export const HealthBody = Schema.Struct({
  status: Schema.Literals(["UP", "DOWN"]),
  components: Schema.optionalKey(
    Schema.Record(
      Schema.String,
      Schema.Struct({
        status: Schema.Literals(["UP", "DOWN", "UNKNOWN"]),
        details: Schema.optionalKey(Schema.Record(Schema.String, Schema.Json))
      })
    )
  )
}).annotate({ identifier: "Health" })
export type HealthBody = typeof HealthBody.Type

/** Which build this is. */
export const InfoBody = Schema.Struct({
  git: Schema.Struct({ commit: Schema.Struct({ id: Schema.String }) }),
  build: Schema.Struct({
    artifact: Schema.String,
    name: Schema.String,
    version: Schema.String,
    group: Schema.String
  })
}).annotate({ identifier: "Info" })
export type InfoBody = typeof InfoBody.Type

/** The last words of a server that has been told to stop. */
export const ShutdownBody = Schema.Struct({ message: Schema.String }).annotate({ identifier: "Shutdown" })

const healthResponses = {
  success: HealthBody,
  error: HealthBody.pipe(HttpApiSchema.status(503))
}

/** How the server is. Source: nextmove-api 8.6. */
export class ManageApi extends HttpApiGroup.make("manage")
  .add(
    HttpApiEndpoint.get("health", "/health", healthResponses).annotateMerge(
      OpenApi.annotations({ summary: "Whether the server and what it rests on are well" })
    ),
    HttpApiEndpoint.get("liveness", "/health/liveness", healthResponses).annotateMerge(
      OpenApi.annotations({ summary: "Whether the process is alive" })
    ),
    HttpApiEndpoint.get("readiness", "/health/readiness", healthResponses).annotateMerge(
      OpenApi.annotations({ summary: "Whether the server takes requests" })
    ),
    HttpApiEndpoint.post("shutdown", "/shutdown", {
      success: ShutdownBody,
      error: [Unauthorized, NotFound]
    }).annotateMerge(OpenApi.annotations({ summary: "Stop the server, where its operator allows it" })),
    HttpApiEndpoint.get("info", "/info", { success: InfoBody }).annotateMerge(
      OpenApi.annotations({ summary: "Which build this is" })
    )
  )
  .prefix("/manage") {}
