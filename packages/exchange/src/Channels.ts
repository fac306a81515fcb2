/**
 * Which transport carries which channel.
 */
import type { ServiceIdentifier } from "@eformidling/domain/ServiceIdentifier"
import type { MessageSender } from "@eformidling/port-transport/MessageSender"
import type { StatusSource } from "@eformidling/port-transport/StatusSource"
import { Context } from "effect"

/** What a channel is made of on our side. */
export interface Channel {
  readonly sender: MessageSender["Service"]
  /** Absent where the peer is not asked: it tells by itself, or not at all. */
  readonly statuses?: StatusSource["Service"] | undefined
}

/** The channels this process has a transport for. */
export class Channels extends Context.Service<Channels, { readonly [S in ServiceIdentifier]?: Channel }>()(
  "@eformidling/exchange/Channels"
) {}
