/**
 * The page that shows the API's description. It carries all it needs and asks no other host.
 */
import { Api } from "@eformidling/api/Api"
import { Effect, Scope } from "effect"
import { HttpRouter } from "effect/http"
import { HttpApiSwagger } from "effect/http-api"

/** Made when it is first asked for: its script is larger than the rest of the server. */
export const layer = HttpRouter.use(
  Effect.fnUntraced(function* (router) {
    const scope = yield* Scope.Scope
    const page = yield* Effect.cached(
      HttpRouter.toHttpEffect(HttpApiSwagger.layer(Api, { path: "/swagger" })).pipe(Scope.provide(scope))
    )
    yield* router.add("GET", "/swagger", Effect.flatten(page))
  })
)
