import { Api } from "@eformidling/api/Api"
import { HealthBody, InfoBody } from "@eformidling/api/ManageApi"
import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { answer } from "./Answer.ts"
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

const state = answer(Effect.andThen(acceptsJson, up({ status: "UP" })))

/** `directory` is where documents are kept. Source: nextmove-api 8.6. */
export const layer = ({ build: { commit, version }, directory }: { readonly build: Build; readonly directory: string }) =>
  HttpApiBuilder.group(Api, "manage", (handlers) =>
    handlers.handleAll({
      health: Effect.fnUntraced(function* () {
        yield* acceptsJson
        const report = yield* Health.report(directory)
        return yield* report.status === "UP" ? up(report) : down(report)
      }, answer),
      liveness: () => state,
      readiness: () => state,
      info: () =>
        answer(
          Effect.andThen(
            acceptsJson,
            info({
              git: { commit: { id: commit } },
              build: { artifact: "integrasjonspunkt", name: "integrasjonspunkt", version, group: "no.difi.meldingsutveksling" }
            })
          )
        )
    })
  )
