import * as CmsDokumentpakkeSealer from "@eformidling/adapter-dokumentpakke-cms/CmsDokumentpakkeSealer"
import * as DpiMessage from "@eformidling/domain/dpi/DpiMessage"
import { BusinessCertificate } from "@eformidling/port-dokumentpakke/BusinessCertificate"
import { DokumentpakkeSealer } from "@eformidling/port-dokumentpakke/DokumentpakkeSealer"
import { assert, describe, layer } from "@effect/vitest"
import { Context, DateTime, Effect, Layer, Stream } from "effect"
import { FetchHttpClient, HttpBody, HttpClient, HttpClientRequest, HttpRouter } from "effect/http"
import { CompactSign, SignJWT } from "jose"
import { createHash, randomUUID } from "node:crypto"
import { tmpdir } from "node:os"
import * as Authorities from "../Authorities.ts"
import * as Listener from "../Listener.ts"
import { Maskinporten } from "../Maskinporten.ts"
import { type Identity, layer as pkiLayer, Pki } from "../pki/Pki.ts"
import { partiesOf, type Population, sandbox } from "../Population.ts"
import * as Corner2 from "./Corner2.ts"
import { type Plan, RequestFault } from "./Corner2Faults.ts"

const kommune = "910076787"
const einnsyn = "991825827"
const digipost = "984661185"

/** eInnsyn has delegated to the municipality. */
const population: Population = {
  ...sandbox,
  organisations: sandbox.organisations.map((organisation) =>
    organisation.organisasjonsnummer === einnsyn ? { ...organisation, delegatesTo: [kommune] } : organisation
  )
}

const network = HttpRouter.serve(
  Corner2.layer({ population, letters: ":memory:", temporaryDirectory: tmpdir(), delivered: 0, opened: 0 }).pipe(
    Layer.provideMerge(Authorities.layerRoutes({ population }))
  ),
  { disableLogger: true, disableListenLog: true }
).pipe(
  Layer.provideMerge(Listener.layer()),
  Layer.provideMerge(pkiLayer(partiesOf(population))),
  Layer.provideMerge(FetchHttpClient.layer)
)

const party = (organisasjonsnummer: string) => ({
  authority: "iso6523-actorid-upis",
  value: `0192:${organisasjonsnummer}`
})

const tokenOf = Effect.fnUntraced(function* (
  organisasjonsnummer: string,
  { consumer, scope = "digitalpostinnbygger:send" }: { readonly consumer?: string; readonly scope?: string } = {}
) {
  const maskinporten = yield* Maskinporten
  const { chain, privateKey } = yield* (yield* Pki).identity(organisasjonsnummer)
  const iat = Math.floor((yield* DateTime.now).epochMilliseconds / 1000)
  const assertion = yield* Effect.promise(() =>
    new SignJWT({
      aud: maskinporten.issuer,
      iss: `MOVE_IP_${organisasjonsnummer}`,
      scope,
      jti: randomUUID(),
      iat,
      exp: iat + 120,
      ...(consumer === undefined ? {} : { consumer_org: consumer })
    })
      .setProtectedHeader({ alg: "RS256", x5c: [Buffer.from(chain[0]).toString("base64")] })
      .sign(privateKey)
  )
  return (yield* maskinporten.grant(assertion)).token
})

type Json = Record<string, unknown>

/** What differs from a submission as it should be. */
interface Changes {
  readonly kanal?: string
  readonly messageId?: string
  readonly bearer?: string
  /** Of the token that is in the message. */
  readonly consumer?: string
  readonly signer?: string
  readonly sealer?: string
  readonly sender?: string
  readonly avsender?: string
  readonly x5c?: (signer: Identity) => ReadonlyArray<string>
  readonly change?: (jws: string) => string
  readonly body?: Json
  readonly manifest?: string
  readonly parts?: (parts: ReadonlyArray<Part>) => ReadonlyArray<Part>
}

interface Part {
  readonly name: string
  readonly filename: string
  readonly contentType: string
  readonly bytes: Uint8Array
}

const seal = Effect.fnUntraced(function* (changes: Changes) {
  const pki = yield* Pki
  const certificate = Layer.succeed(
    BusinessCertificate,
    Corner2.certificateOf(yield* pki.identity(changes.sealer ?? kommune))
  )
  const trust = { mode: "TEST" as const, anchors: [pki.root.certificate], intermediates: [] }
  const sealers = CmsDokumentpakkeSealer.layer({ temporaryDirectory: tmpdir(), trust }).pipe(Layer.provide(certificate))
  const { seal: sealWith } = Context.get(yield* Layer.build(sealers), DokumentpakkeSealer)
  const content = Buffer.from("Hei")
  const sealed = yield* sealWith({
    flavour: "dpi",
    manifest: {
      postkasseadresse: "kari.sandkasse#1ABC",
      avsender: { organisasjon: `0192:${changes.manifest ?? changes.avsender ?? kommune}` },
      hoveddokument: { href: "brev.txt", mime: "text/plain", tittel: { lang: "nb", text: "Brev" } },
      vedlegg: []
    },
    documents: [
      {
        filename: "brev.txt",
        mimeType: "text/plain",
        size: content.length,
        content: () => Stream.make(content)
      }
    ],
    recipientCertificate: (yield* pki.identity(digipost)).certificatePem
  })
  return yield* Stream.mkUint8Array(sealed.content)
}, Effect.scoped)

const messageOf = (changes: Changes, token: string, dokumentpakke: Uint8Array) => ({
  standardBusinessDocument: {
    standardBusinessDocumentHeader: {
      headerVersion: "1.0",
      sender: [{ identifier: party(changes.sender ?? kommune) }],
      receiver: [{ identifier: party(digipost) }],
      documentIdentification: {
        standard: DpiMessage.standardOf("digital"),
        typeVersion: "1.0",
        instanceIdentifier: changes.messageId ?? randomUUID(),
        type: "digital",
        creationDateAndTime: "2026-03-01T09:30:00+01:00"
      },
      businessScope: {
        scope: [
          { type: "ConversationId", instanceIdentifier: randomUUID(), identifier: DpiMessage.processOf("digital") }
        ]
      }
    },
    digital: {
      avsender: { virksomhetsidentifikator: party(changes.avsender ?? kommune) },
      mottaker: { postkasseadresse: "kari.sandkasse#1ABC" },
      dokumentpakkefingeravtrykk: {
        digestMethod: "http://www.w3.org/2001/04/xmlenc#sha256",
        digestValue: createHash("sha256").update(dokumentpakke).digest("base64")
      },
      maskinportentoken: token,
      sikkerhetsnivaa: 3,
      ikkesensitivtittel: "Brev",
      spraak: "nb",
      ...changes.body
    }
  }
})

const formOf = (parts: ReadonlyArray<Part>) => {
  const form = new FormData()
  for (const { bytes, contentType, filename, name } of parts) {
    form.append(name, new File([Buffer.from(bytes)], filename, { type: contentType }))
  }
  return form
}

const submit = Effect.fnUntraced(function* (changes: Changes = {}) {
  const { uri } = yield* Corner2.Corner2
  const signer = yield* (yield* Pki).identity(changes.signer ?? kommune)
  const token = yield* tokenOf(kommune, changes.consumer === undefined ? {} : { consumer: changes.consumer })
  const dokumentpakke = yield* seal(changes)
  const message = messageOf(changes, token, dokumentpakke)
  const x5c = changes.x5c?.(signer) ?? [Buffer.from(signer.chain[0]).toString("base64")]
  const signed = yield* Effect.promise(() =>
    new CompactSign(Buffer.from(JSON.stringify(message)))
      .setProtectedHeader({ alg: "RS256", x5c: [...x5c] })
      .sign(signer.privateKey)
  )
  const parts: ReadonlyArray<Part> = [
    {
      name: "forretningsmelding",
      filename: "sbd.jwt",
      contentType: "application/jwt",
      bytes: Buffer.from((changes.change ?? ((jws) => jws))(signed))
    },
    { name: "dokumentpakke", filename: "asic.cms", contentType: "application/cms", bytes: dokumentpakke }
  ]
  const response = yield* HttpClient.execute(
    HttpClientRequest.post(`${uri}/messages/out`, {
      urlParams: { kanal: changes.kanal ?? "kanal" },
      body: HttpBody.formData(formOf(changes.parts?.(parts) ?? parts))
    }).pipe(HttpClientRequest.bearerToken(changes.bearer ?? token))
  )
  const text = yield* response.text
  return {
    status: response.status,
    contentType: response.headers["content-type"],
    detail: text === "" ? undefined : String((JSON.parse(text) as Json)["detail"]),
    messageId: message.standardBusinessDocument.standardBusinessDocumentHeader.documentIdentification.instanceIdentifier
  }
})

const spoil = (jws: string) => `${jws.slice(0, -6)}AAAAAA`

layer(network, { excludeTestServices: true })("Corner2", (it) => {
  const ask = Effect.fnUntraced(function* (path: string, token?: string) {
    const { uri } = yield* Corner2.Corner2
    const request = HttpClientRequest.get(`${uri}${path}`)
    return yield* HttpClient.execute(token === undefined ? request : HttpClientRequest.bearerToken(request, token))
  })

  it.effect("takes a submission that keeps the rules, hands it over, and knows how far it has come", () =>
    Effect.gen(function* () {
      const corner2 = yield* Corner2.Corner2
      const { messageId, status } = yield* submit()
      assert.strictEqual(status, 201)
      yield* corner2.deliverDue
      assert.isTrue((yield* corner2.delivered).some((letter) => letter.messageId === messageId))
      const token = yield* tokenOf(kommune)
      const statuses = (yield* (yield* ask(`/messages/out/${messageId}/statuses`, token)).json) as ReadonlyArray<Json>
      assert.deepStrictEqual(
        statuses.map(({ status: name }) => name),
        ["OPPRETTET", "SENDT"]
      )
    })
  )

  it.effect("keeps an organisation's letters and receipts from others", () =>
    Effect.gen(function* () {
      const corner2 = yield* Corner2.Corner2
      const { messageId } = yield* submit()
      yield* corner2.deliverDue
      const theirs = yield* tokenOf(einnsyn)
      assert.strictEqual((yield* ask(`/messages/out/${messageId}/statuses`, theirs)).status, 404)
      assert.strictEqual((yield* ask("/messages/in", theirs)).status, 204)
      assert.strictEqual((yield* ask("/messages/in", yield* tokenOf(kommune))).status, 200)
    })
  )

  it.effect("lets nobody in without a token of Maskinporten's for the right scope", () =>
    Effect.gen(function* () {
      const wrong = yield* tokenOf(kommune, { scope: "eformidling:dpi" })
      for (const token of [undefined, "DummyMaskinportenToken", wrong]) {
        assert.strictEqual((yield* ask("/messages/in", token)).status, 401)
      }
    })
  )

  describe("refuses", () => {
    const [first, second] = [0, 1]
    const cases: ReadonlyArray<readonly [what: string, status: number, detail: RegExp, changes: Changes]> = [
      ["a channel with other characters", 400, /kanal may hold/, { kanal: "no.difi" }],
      [
        "a package before the message",
        400,
        /expected the parts/,
        { parts: (parts) => [parts[second]!, parts[first]!] }
      ],
      ["a part too few", 400, /expected the parts/, { parts: (parts) => parts.slice(0, 1) }],
      [
        "a part of another media type",
        400,
        /expected the parts/,
        { parts: (parts) => parts.map((part) => ({ ...part, contentType: "application/octet-stream" })) }
      ],
      ["a chain in x5c", 400, /x5c/, { x5c: ({ chain }) => chain.map((der) => Buffer.from(der).toString("base64")) }],
      ["something that is no certificate", 400, /x5c/, { x5c: () => ["MIIB"] }],
      ["a signature that does not fit", 400, /does not verify/, { change: spoil }],
      ["a message that breaks the schema", 400, /spraak/, { body: { spraak: "nob" } }],
      ["a member that nobody knows", 400, /ukjent/, { body: { ukjent: 1 } }],
      [
        "another package's fingerprint",
        400,
        /fingeravtrykk/,
        {
          body: {
            dokumentpakkefingeravtrykk: { digestMethod: "http://www.w3.org/2001/04/xmlenc#sha256", digestValue: "x" }
          }
        }
      ],
      ["another token in the message", 401, /bearer/, { body: { maskinportentoken: "x" } }],
      ["an avsender that the token is not for", 403, /consumer/, { avsender: einnsyn }],
      ["a sender that does not hold the token", 403, /holder/, { sender: einnsyn, signer: einnsyn }],
      ["a message signed by another", 400, /signed by its sender/, { signer: einnsyn }]
    ]
    for (const [what, status, detail, changes] of cases) {
      it.effect(`${what} with ${status}, in a problem document`, () =>
        Effect.gen(function* () {
          const answer = yield* submit(changes)
          assert.strictEqual(answer.status, status)
          assert.match(answer.contentType ?? "", /^application\/problem\+json/)
          assert.match(answer.detail ?? "", detail)
        })
      )
    }

    it.effect("a messageId that was used before", () =>
      Effect.gen(function* () {
        const messageId = randomUUID()
        assert.strictEqual((yield* submit({ messageId })).status, 201)
        const again = yield* submit({ messageId })
        assert.strictEqual(again.status, 400)
        assert.match(again.detail ?? "", /messageId/)
      })
    )
  })

  describe("hands on to a supplier that answers with feil", () => {
    const cases: ReadonlyArray<readonly [what: string, detail: string, changes: Changes]> = [
      ["a package signed by another", "the package is not signed by the message's sender", { sealer: einnsyn }],
      ["a manifest of another avsender", "avsender differs between manifest and message", { manifest: einnsyn }],
      [
        "a manifest for another mailbox",
        "postkasseadresse differs between manifest and message",
        { body: { mottaker: { postkasseadresse: "ola#1" } } }
      ]
    ]
    for (const [what, detail, changes] of cases) {
      it.effect(what, () =>
        Effect.gen(function* () {
          const corner2 = yield* Corner2.Corner2
          const { messageId, status } = yield* submit({ ...changes, kanal: `feil-${detail.length}` })
          assert.strictEqual(status, 201)
          yield* corner2.deliverDue
          assert.isFalse((yield* corner2.delivered).some((letter) => letter.messageId === messageId))
          const list = yield* ask(`/messages/in?kanal=feil-${detail.length}`, yield* tokenOf(kommune))
          const [item] = (yield* list.json) as ReadonlyArray<{ readonly forretningsmelding: string }>
          const payload = Buffer.from(item!.forretningsmelding.split(".")[1]!, "base64url").toString()
          assert.strictEqual(JSON.parse(payload).standardBusinessDocument.feil.detaljer, detail)
        })
      )
    }
  })

  it.effect("takes a letter for an organisation that has delegated, and delivers it", () =>
    Effect.gen(function* () {
      const corner2 = yield* Corner2.Corner2
      const { messageId, status } = yield* submit({ consumer: einnsyn, avsender: einnsyn })
      assert.strictEqual(status, 201)
      yield* corner2.deliverDue
      assert.isTrue((yield* corner2.delivered).some((letter) => letter.messageId === messageId))
    })
  )

  it.effect("fails the same way by the same seed, as often as it is told, and only where it is told", () =>
    Effect.gen(function* () {
      const corner2 = yield* Corner2.Corner2
      const token = yield* tokenOf(kommune)
      const statusesBy = Effect.fnUntraced(function* (plan: Plan) {
        yield* corner2.plan(plan)
        return yield* Effect.replicateEffect(
          Effect.map(ask("/messages/in?kanal=tom", token), ({ status }) => status),
          30
        )
      })
      const rule = { on: ["receipts"], fault: RequestFault.Answers({ status: 503 }), probability: 0.5 } as const
      const once = yield* statusesBy({ requests: [rule], seed: 7 })
      assert.deepStrictEqual(yield* statusesBy({ requests: [rule], seed: 7 }), once)
      assert.notDeepEqual(yield* statusesBy({ requests: [rule], seed: 8 }), once)
      const failed = once.filter((status) => status === 503).length
      assert.isTrue(failed > 5 && failed < 25)
      const thrice = yield* statusesBy({ requests: [{ ...rule, probability: 1, times: 3 }] })
      assert.strictEqual(thrice.filter((status) => status === 503).length, 3)
      const elsewhere = yield* statusesBy({ requests: [{ ...rule, probability: 1, on: ["send"] }] })
      assert.deepStrictEqual([...new Set(elsewhere)], [204])
      yield* corner2.plan({})
    })
  )
})
