/**
 * Corner 2 with the mailboxes and the print house behind it.
 *
 * Source: dpi 6, 8.
 */
import * as X509CertificateValidator from "@eformidling/adapter-dokumentpakke-cms/X509CertificateValidator"
import type { BusinessCertificate } from "@eformidling/port-dokumentpakke/BusinessCertificate"
import { CertificateValidator } from "@eformidling/port-dokumentpakke/CertificateValidator"
import { Clock, Context, DateTime, Duration, Effect, Layer, Option, Redacted, Ref, Schedule } from "effect"
import { HttpRouter, HttpServerRequest, HttpServerResponse } from "effect/http"
import { X509Certificate } from "node:crypto"
import * as Faults from "../Faults.ts"
import { Listener } from "../Listener.ts"
import { type Access, Maskinporten } from "../Maskinporten.ts"
import { type Identity, Pki } from "../pki/Pki.ts"
import type { Population } from "../Population.ts"
import * as Corner2Faults from "./Corner2Faults.ts"
import * as LetterStore from "./LetterStore.ts"
import * as Postkasse from "./Postkasse.ts"
import type * as Receipts from "./Receipts.ts"
import * as Submission from "./Submission.ts"

const prefix = "/dpi"

/** Who may send and ask. Source: dpi 6.1. */
const scope = "digitalpostinnbygger:send"

/** The supplier that refuses two documents of one title. Source: dpi 4.5. */
const eBoks = "922020175"

/** What corner 2 is told. */
export interface Options {
  readonly population: Population
  /** Where letters and receipts are kept: a file, or `:memory:`. */
  readonly letters: string
  readonly temporaryDirectory: string
  /** From corner 2's taking a letter to its lying in the mailbox. */
  readonly delivered: Duration.Input
  /** From then to its being opened, or posted. */
  readonly opened: Duration.Input
}

/** A receipt that no letter led to. */
export interface Announcement extends Omit<Receipts.Draft, "process" | "at">, Partial<LetterStore.Mailing> {
  /** Organisation number of a mailbox supplier or the print house. */
  readonly supplier: string
  readonly at?: DateTime.DateTime | undefined
  /** What is listed in place of the signed receipt. */
  readonly change?: ((jws: string) => string) | undefined
}

/** A status as it is written on the wire. */
export interface ToldStatus {
  readonly status: string
  readonly timestamp?: string | undefined
  readonly beskrivelse?: string | undefined
}

/** The simulated corner 2, as tests see it. */
export class Corner2 extends Context.Service<
  Corner2,
  {
    /** Base address, to which `/messages/out` and the rest are appended. */
    readonly uri: string
    /** Everything that lies in a mailbox or has been printed, oldest first. */
    readonly delivered: Effect.Effect<ReadonlyArray<LetterStore.Delivered>>
    /** Hands over the letters that are due now, as the clock does by itself. */
    readonly deliverDue: Effect.Effect<void>
    /** Every letter corner 2 has taken in, oldest first; the package of one that has been handed over is empty. */
    readonly accepted: Effect.Effect<ReadonlyArray<LetterStore.Letter>>
    /** Ids of receipts that are not marked as read, due or not. */
    readonly unread: Effect.Effect<ReadonlyArray<string>>
    /** Puts a receipt in a list, written and signed by the supplier named, changed at will; returns its id. */
    readonly announce: (announcement: Announcement) => Effect.Effect<string>
    /** Tells these statuses of a message, whether it came or not. */
    readonly tell: (messageId: string, statuses: ReadonlyArray<ToldStatus>) => Effect.Effect<void>
    /** What goes wrong from now on. */
    readonly plan: (plan: Corner2Faults.Plan) => Effect.Effect<void>
    /** Faults of the service as a whole, and what it has been asked. */
    readonly faults: Faults.Faults
  }
>()("@eformidling/simulated-network/dpi/Corner2") {}

/** A party's identity as the certificate an adapter wants. */
export const certificateOf = (identity: Identity): BusinessCertificate["Service"] => {
  const certificate = new X509Certificate(identity.chain[0])
  return {
    organisasjonsnummer: Option.some(identity.party.organisasjonsnummer),
    chain: identity.chain,
    privateKey: Redacted.make(identity.privateKeyPem),
    notBefore: DateTime.fromDateUnsafe(certificate.validFromDate),
    notAfter: DateTime.fromDateUnsafe(certificate.validToDate),
    serialNumber: BigInt(`0x${certificate.serialNumber}`).toString(),
    subject: certificate.subject
  }
}

const bearerOf = (request: HttpServerRequest.HttpServerRequest): string =>
  /^Bearer (.+)$/.exec(request.headers["authorization"] ?? "")?.[1] ?? ""

const make = Effect.fnUntraced(function* (options: Options) {
  const { baseUrl } = yield* Listener
  const pki = yield* Pki
  const maskinporten = yield* Maskinporten
  const letters = yield* LetterStore.open(options.letters)
  const told = yield* Ref.make<ReadonlyMap<string, ReadonlyArray<ToldStatus>>>(new Map())
  const { around, faults } = yield* Faults.make
  const planned = yield* Corner2Faults.make
  const { problem } = Corner2Faults
  const trust = {
    mode: "TEST" as const,
    anchors: [pki.root.certificate],
    intermediates: [pki.intermediate.certificate]
  }
  const validator = Context.get(yield* Layer.build(X509CertificateValidator.layer(trust)), CertificateValidator)
  const isTrusted = (der: Uint8Array) => Effect.isSuccess(validator.validate([der]))

  const { citizens, printHouse } = options.population
  const suppliers = new Set([printHouse, ...citizens.flatMap(({ mailbox }) => mailbox?.supplier ?? [])])
  const postkasser = new Map(
    yield* Effect.forEach(suppliers, (organisasjonsnummer) =>
      Effect.gen(function* () {
        const supplier: Postkasse.Supplier = {
          organisasjonsnummer,
          certificate: certificateOf(yield* pki.identity(organisasjonsnummer)),
          kind: organisasjonsnummer === printHouse ? "utskrift" : "postkasse",
          wantsUniqueTitles: organisasjonsnummer === eBoks,
          addresses: new Set(
            citizens.flatMap(({ mailbox }) => (mailbox?.supplier === organisasjonsnummer ? [mailbox.address] : []))
          )
        }
        const settings = { temporaryDirectory: options.temporaryDirectory, trust }
        const delays = { opened: Duration.fromInputUnsafe(options.opened) }
        return [organisasjonsnummer, yield* Postkasse.make(supplier, settings, delays)] as const
      })
    )
  )

  const handOver = Effect.fnUntraced(function* (letter: LetterStore.Letter) {
    const postkasse = postkasser.get(letter.supplier)
    const failed: LetterStore.HandOver = {
      state: "FEILET",
      at: yield* Clock.currentTimeMillis,
      delivered: undefined,
      receipts: []
    }
    const outcome = postkasse === undefined ? failed : yield* postkasse.receive(letter, yield* planned.receipts)
    yield* letters.handOver(letter, outcome)
  })

  const deliverDue = Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const due = yield* letters.waiting(now - Duration.toMillis(Duration.fromInputUnsafe(options.delivered)))
    yield* Effect.forEach(due, handOver, { discard: true })
  })

  const authorized = <E, R>(
    operation: Corner2Faults.Operation,
    handler: (
      access: Access,
      request: HttpServerRequest.HttpServerRequest
    ) => Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>
  ) =>
    around(
      planned.around(
        operation,
        Effect.gen(function* () {
          const request = yield* HttpServerRequest.HttpServerRequest
          const access = yield* Effect.result(maskinporten.verify(bearerOf(request), [scope]))
          return access._tag === "Success"
            ? yield* handler(access.success, request)
            : problem(401, "Unauthorized", access.failure.detail)
        })
      )
    )

  const query = (request: HttpServerRequest.HttpServerRequest) => new URL(request.url, baseUrl).searchParams

  const send = authorized("send", (access, request) =>
    Effect.gen(function* () {
      const kanal = query(request).get("kanal")?.toLowerCase() ?? ""
      if (!/^[a-z0-9_-]*$/.test(kanal))
        return problem(400, "Bad Request", "kanal may hold letters, digits, _ and - only")
      const now = yield* Clock.currentTimeMillis
      const letter = yield* Submission.read(request, bearerOf(request), access, kanal, isTrusted, now)
      if (yield* letters.has(letter.messageId)) return problem(400, "Bad Request", "the messageId has been used")
      yield* letters.accept(letter)
      return HttpServerResponse.empty({ status: 201 })
    }).pipe(
      Effect.catchTag("SubmissionRefused", ({ detail, status, title }) =>
        Effect.succeed(problem(status, title, detail))
      )
    )
  )

  const holder = (access: Access) => access.supplier ?? access.consumer

  const statuses = authorized("statuses", (access) =>
    Effect.gen(function* () {
      const { messageId = "" } = yield* HttpRouter.params
      const script = (yield* Ref.get(told)).get(messageId)
      if (script !== undefined) return HttpServerResponse.jsonUnsafe(script)
      const found = yield* letters.statuses(messageId, holder(access))
      return found === undefined
        ? problem(404, "Not Found", "no such message")
        : HttpServerResponse.jsonUnsafe(
            found.map(({ at, status }) => ({ status, timestamp: DateTime.formatIso(DateTime.makeUnsafe(at)) }))
          )
    })
  )

  const receipts = authorized("receipts", (access, request) =>
    Effect.gen(function* () {
      const asked = query(request)
      const limit = Math.min(Math.max(Number(asked.get("page_size") ?? 100) || 100, 1), 1000)
      const found = yield* letters.receipts({
        now: yield* Clock.currentTimeMillis,
        sender: holder(access),
        kanal: asked.get("kanal")?.toLowerCase() ?? "",
        avsenderidentifikator: asked.get("avsenderidentifikator") ?? "",
        limit,
        offset: limit * (Number(asked.get("page") ?? 0) || 0)
      })
      return found.length === 0
        ? HttpServerResponse.empty({ status: 204 })
        : HttpServerResponse.jsonUnsafe(found.map((forretningsmelding) => ({ forretningsmelding })))
    })
  )

  const markRead = authorized("markRead", (access) =>
    Effect.gen(function* () {
      const { id = "" } = yield* HttpRouter.params
      return (yield* letters.markRead(id, holder(access)))
        ? HttpServerResponse.empty({ status: 200 })
        : problem(404, "Not Found", "no such receipt")
    })
  )

  const router = yield* HttpRouter.HttpRouter
  yield* router.add("POST", `${prefix}/messages/out`, send)
  yield* router.add("GET", `${prefix}/messages/out/:messageId/statuses`, statuses)
  yield* router.add("GET", `${prefix}/messages/in`, receipts)
  yield* router.add("POST", `${prefix}/messages/in/:id/read`, markRead)
  yield* router.add(
    "GET",
    "/mailboxes",
    Effect.map(letters.delivered, (delivered) => HttpServerResponse.jsonUnsafe(delivered))
  )
  yield* Effect.forkScoped(Effect.repeat(deliverDue, Schedule.spaced("100 millis")))

  const announce = Effect.fnUntraced(function* ({ supplier, at, change, ...announcement }: Announcement) {
    const postkasse = postkasser.get(supplier)
    if (postkasse === undefined) return yield* Effect.die(new Error(`No supplier is called ${supplier}`))
    const now = yield* DateTime.now
    const { id, jws } = yield* postkasse.write({
      ...announcement,
      process: postkasse.supplier.kind === "utskrift" ? "utskrift" : "digital",
      at: at ?? now
    })
    const { avsenderidentifikator = "", kanal = "", receiver } = announcement
    yield* letters.announce(
      { id, jws: change === undefined ? jws : change(jws), dueAt: now.epochMilliseconds },
      { sender: announcement.sender ?? receiver, kanal: kanal.toLowerCase(), avsenderidentifikator }
    )
    return id
  })

  return Corner2.of({
    uri: `${baseUrl}${prefix}`,
    delivered: letters.delivered,
    deliverDue,
    accepted: letters.accepted,
    unread: letters.unread,
    announce,
    tell: (messageId, statuses) => Ref.update(told, (all) => new Map([...all, [messageId, statuses]])),
    plan: planned.plan,
    faults
  })
})

/** Corner 2 under `/dpi` of the listener, and what lies in the mailboxes under `/mailboxes`. */
export const layer = (
  options: Options
): Layer.Layer<Corner2, never, Pki | Listener | Maskinporten | HttpRouter.HttpRouter> =>
  Layer.effect(Corner2, Effect.orDie(make(options)))
