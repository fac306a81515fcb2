import { Api } from "@eformidling/api/Api"
import { HealthBody, InfoBody, ShutdownBody } from "@eformidling/api/ManageApi"
import { Effect, Option } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { answer } from "./Answer.ts"
import { noResource } from "./ApiError.ts"
import * as Health from "./Health.ts"
import { acceptsJson } from "./Negotiation.ts"
import * as Responses from "./Responses.ts"

/** Which build this is. */
export interface Build {
  readonly version: string
  /** Of the source; empty when it is not known. */
  readonly commit: string
}

const up = Responses.json(HealthBody)
const down = Responses.json(HealthBody, { status: 503 })
const info = Responses.json(InfoBody)
const farewell = Responses.json(ShutdownBody)

const state = answer(Effect.andThen(acceptsJson, up({ status: "UP" })))

/** What management needs to know. */
export interface Settings {
  readonly build: Build
  /** Where documents are kept. */
  readonly directory: string
  /** Stops the program; absent where clients may not. */
  readonly shutdown: Option.Option<Effect.Effect<void>>
}

/** Source: nextmove-api 8.6. */
export const layer = ({ build: { commit, version }, directory, shutdown }: Settings) =>
  HttpApiBuilder.group(Api, "manage", (handlers) =>
    handlers.handleAll({
      health: Effect.fnUntraced(function* () {
        yield* acceptsJson
        const report = yield* Health.report(directory)
        return yield* report.status === "UP" ? up(report) : down(report)
      }, answer),
      liveness: () => state,
      readiness: () => state,
      shutdown: Effect.fnUntraced(function* () {
        if (Option.isNone(shutdown)) return yield* noResource("/manage/shutdown")
        yield* Effect.logInfo("A client has asked the server to stop")
        yield* shutdown.value
        return yield* farewell({ message: "Shutting down, bye..." })
      }, answer),
      info: () =>
        answer(
          Effect.andThen(
            acceptsJson,
            info({
              git: { commit: { id: commit } },
              build: {
                artifact: "integrasjonspunkt",
                name: "integrasjonspunkt",
                version,
                group: "no.difi.meldingsutveksling"
              }
            })
          )
        )
    })
  )
