/**
 * Pushes events over HTTP, signed where there is a secret, and not into private networks unless that is allowed.
 *
 * Source: nextmove-api 6.3.
 */
import { WebhookError, WebhookSender } from "@eformidling/port-transport/WebhookSender"
import { type Duration, Effect, Layer, Redacted } from "effect"
import { createHmac } from "node:crypto"
import * as Dns from "node:dns"
import * as Http from "node:http"
import * as Https from "node:https"
import { isPublic } from "./PublicAddress.ts"

export interface Settings {
  /** Bodies are not signed when undefined. */
  readonly secret: Redacted.Redacted | undefined
  /** Whether addresses of loopback, private and link-local networks are spoken to. */
  readonly allowPrivateTargets: boolean
  /** Of a connection and the whole answer. */
  readonly timeout: Duration.Duration
}

const refusal = (host: string) =>
  new Error(`${host} is in a private network; difi.move.webhooks.allow-private-targets=true allows that`)

/** Resolves as the system does, and fails unless every address is public. What is checked is what is connected to. */
const publicLookup: NonNullable<Http.RequestOptions["lookup"]> = (hostname, options, callback) => {
  Dns.lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const [first] = addresses ?? []
    if (error !== null) return callback(error, "")
    if (first === undefined || !addresses.every(({ address }) => isPublic(address))) {
      return callback(refusal(hostname), "")
    }
    return options.all === true ? callback(null, addresses) : callback(null, first.address, first.family)
  })
}

const signature = (secret: Redacted.Redacted, body: string) =>
  `sha256=${createHmac("sha256", Redacted.value(secret)).update(body).digest("hex")}`

const request = (settings: Settings, url: URL, body: string) =>
  Effect.callback<number, WebhookError>((resume) => {
    const fail = (detail: string, status?: number) =>
      resume(Effect.fail(new WebhookError({ detail, ...(status === undefined ? {} : { status }) })))
    const outgoing = (url.protocol === "https:" ? Https : Http).request(url, {
      method: "POST",
      agent: false,
      ...(settings.allowPrivateTargets ? {} : { lookup: publicLookup }),
      headers: {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(body),
        ...(settings.secret === undefined ? {} : { "x-eformidling-signature": signature(settings.secret, body) })
      }
    })
    outgoing.on("response", (response) => {
      const status = response.statusCode ?? 0
      response.destroy()
      if (status >= 200 && status < 300) resume(Effect.succeed(status))
      else fail(`the push endpoint answered ${status}`, status)
    })
    outgoing.on("error", (error) => fail(`the push endpoint cannot be reached: ${error.message}`))
    outgoing.end(body)
    return Effect.sync(() => outgoing.destroy())
  })

const make = (settings: Settings) =>
  WebhookSender.of({
    push: Effect.fn("HttpWebhookSender.push")(function* ({ body, url: text }) {
      const url = URL.parse(text)
      if (url === null) return yield* new WebhookError({ detail: "the push endpoint is no URL" })
      const host = url.hostname.replace(/^\[|\]$/g, "")
      if (!settings.allowPrivateTargets && !isPublic(host)) {
        return yield* new WebhookError({ detail: refusal(host).message })
      }
      return yield* request(settings, url, body).pipe(
        Effect.timeoutOrElse({
          duration: settings.timeout,
          orElse: () => Effect.fail(new WebhookError({ detail: "the push endpoint gave no answer in time" }))
        })
      )
    })
  })

export const layer = (settings: Settings): Layer.Layer<WebhookSender> => Layer.succeed(WebhookSender, make(settings))
