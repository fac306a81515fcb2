import { HttpApi, OpenApi } from "effect/http-api"
import { CapabilitiesApi } from "./CapabilitiesApi.ts"
import { ConversationsApi } from "./ConversationsApi.ts"
import { describe } from "./internal/describe.ts"
import { ManageApi } from "./ManageApi.ts"
import { MessagesInApi } from "./MessagesInApi.ts"
import { MessagesOutApi } from "./MessagesOutApi.ts"
import { StatusesApi } from "./StatusesApi.ts"
import { SubscriptionsApi } from "./SubscriptionsApi.ts"

/**
 * The HTTP API of an integrasjonspunkt, as case systems know it.
 *
 * Paths end with a slash or not, as the client likes. Source: nextmove-api 1.
 */
export class Api extends HttpApi.make("integrasjonspunkt")
  .add(CapabilitiesApi)
  .add(MessagesOutApi)
  .add(MessagesInApi)
  .add(ConversationsApi)
  .add(StatusesApi)
  .add(SubscriptionsApi)
  .add(ManageApi)
  .annotateMerge(
    OpenApi.annotations({
      title: "Integrasjonspunkt",
      version: "2",
      description: "Send and receive messages over eFormidling: digital post to citizens (DPI) and eInnsyn (DPE).",
      transform: describe
    })
  ) {}
