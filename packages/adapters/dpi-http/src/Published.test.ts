import * as X509CertificateValidator from "@eformidling/adapter-dokumentpakke-cms/X509CertificateValidator"
import { MessageSender } from "@eformidling/port-transport/MessageSender"
import { assert, describe, it } from "@effect/vitest"
import { Corner2 } from "@eformidling/simulated-network/dpi/Corner2"
import { Pki } from "@eformidling/simulated-network/pki/Pki"
import { ServiceRegistry } from "@eformidling/simulated-network/ServiceRegistry"
import { Effect, Layer } from "effect"
import { TestClock } from "effect/testing"
import { createHash } from "node:crypto"
import { kari, type Letter, outgoing, pdf } from "./internal/letters.testing.ts"
import { databehandler, door, network, openedBySupplier, other, own, sending } from "./internal/network.testing.ts"
import { bytes, hasData, text, titled } from "./internal/published.testing.ts"
import { unzip } from "./internal/zip.testing.ts"
import * as Jws from "./Jws.ts"

interface Body {
  readonly [member: string]: unknown
  readonly avsender: {
    readonly virksomhetsidentifikator: { readonly value: string }
    readonly avsenderidentifikator?: string
  }
  readonly mottaker: { readonly postkasseadresse: string }
  readonly dokumentpakkefingeravtrykk: { readonly digestValue: string }
}

interface Document {
  readonly standardBusinessDocumentHeader: {
    readonly receiver: ReadonlyArray<{ readonly identifier: { readonly value: string } }>
    readonly documentIdentification: { readonly instanceIdentifier: string; readonly creationDateAndTime: string }
    readonly businessScope: {
      readonly scope: ReadonlyArray<{
        readonly instanceIdentifier: string
        readonly scopeInformation: ReadonlyArray<{ readonly expectedResponseDateTime: string }>
      }>
    }
  }
  readonly digital?: Body
  readonly utskrift?: Body
}

const documentIn = (json: string): Document =>
  (JSON.parse(json) as { readonly standardBusinessDocument: Document }).standardBusinessDocument

const published = (id: string) => documentIn(text(`examples/dpi/komplette/${id}-forretningsmelding.json`))

const bodyOf = ({ digital, utskrift }: Document): Body => {
  const body = digital ?? utskrift
  assert(body !== undefined)
  return body
}

/** The document without what is new each time it is sent. */
const lasting = (document: Document): unknown =>
  JSON.parse(
    JSON.stringify(document, (name: string, value: unknown) =>
      ["digestValue", "maskinportentoken", "creationDateAndTime"].includes(name) ? typeof value : value
    )
  )

const packages = ["digital", "digital-avsenderidentifikator"]

describe.skipIf(!hasData)("the published examples", () => {
  for (const id of packages) {
    it.effect(titled(`have a JWS that is verified at its time, over the payload beside it: ${id}`), () =>
      Effect.gen(function* () {
        const [signatures] = unzip(bytes(`vectors/published-dpi/${id}-dokumentpakke.zip`)).filter(
          ({ name }) => name === "META-INF/signatures.xml"
        )
        const chain = [
          ...Buffer.from(signatures!.bytes)
            .toString()
            .matchAll(/<X509Certificate>([^<]+)</g)
        ].map(([, base64]) => Buffer.from((base64 ?? "").replace(/&#13;/g, ""), "base64"))
        const payload = published(id)
        yield* TestClock.setTime(
          Date.parse(payload.standardBusinessDocumentHeader.documentIdentification.creationDateAndTime)
        )
        const verify = yield* Effect.provide(
          Jws.verifier,
          X509CertificateValidator.layer({
            mode: "ANCHORED",
            anchors: chain.slice(-1),
            intermediates: chain.slice(1)
          })
        )
        const verified = yield* verify(text(`vectors/published-dpi/${id}-forretningsmelding.jwt`).trim())
        assert.deepStrictEqual(verified.payload, { standardBusinessDocument: payload })
      })
    )

    it.effect(titled(`have the fingerprint of their package: ${id} (DPI-53)`), () =>
      Effect.sync(() => {
        const digest = createHash("sha256").update(bytes(`vectors/published-dpi/${id}-dokumentpakke.cms`))
        assert.strictEqual(bodyOf(published(id)).dokumentpakkefingeravtrykk.digestValue, digest.digest("base64"))
      })
    )
  }
})

const digital: Letter["body"] = {
  tittel: "Test",
  spraak: "no",
  digitalPostInfo: { virkningsdato: "2022-03-16", aapningskvittering: false }
}

const examples: ReadonlyArray<
  readonly [id: string, sender: { readonly own: string; readonly value: string }, letter: Letter]
> = [
  ["digital", { own: other, value: `0192:${other}` }, { body: digital }],
  [
    "digital-avsenderidentifikator",
    { own: other, value: `0192:${other}` },
    { body: { ...digital, avsenderId: `${other}:avsenderid` } }
  ],
  ["digital-pa-vegne-av", { own: databehandler, value: `0192:${databehandler}:${own}` }, { body: digital }],
  [
    "utskrift",
    { own: other, value: `0192:${other}` },
    {
      type: "print",
      receiver: null,
      files: [{ filename: "Test.pdf", content: pdf, title: "Test" }],
      body: {
        mottaker: { navn: "Ola Nordmann", adresselinje1: "Liksomveien 22", postnummer: "1234", poststed: "Nordby" },
        retur: {
          mottaker: {
            navn: "Helse Foretak HF",
            adresselinje1: "Lungehaugen 1",
            postnummer: "4321",
            poststed: "Leikanger"
          }
        }
      }
    }
  ]
]

describe.skipIf(!hasData)("what we send of the input of the published examples", () => {
  /** Sends the example's letter in the name of its sender, and returns what corner 2 has of it. */
  const sent = Effect.fnUntraced(function* (
    example: Document,
    sender: { readonly own: string; readonly value: string },
    letter: Letter
  ) {
    const { businessScope, documentIdentification, receiver } = example.standardBusinessDocumentHeader
    const registry = yield* ServiceRegistry
    if (example.digital !== undefined) {
      const supplier = (receiver[0]?.identifier.value ?? "").slice("0192:".length)
      const { certificatePem } = yield* (yield* Pki).identity(supplier)
      yield* registry.register(kari, [
        {
          organisationNumber: kari,
          pemCertificate: certificatePem,
          process: "urn:no:difi:profile:digitalpost:info:ver1.0",
          documentTypes: ["urn:no:difi:digitalpost:xsd:digital::digital"],
          service: { identifier: "DPI", endpointUrl: "", securityLevel: 3 },
          orgnrPostkasse: supplier,
          postkasseAdresse: example.digital.mottaker.postkasseadresse
        }
      ])
    }
    const [scope] = businessScope.scope
    const message = yield* outgoing({
      files: [{ filename: "Test.txt", content: Buffer.from("Test"), title: "Test.txt" }],
      ...letter,
      sender: sender.value,
      messageId: documentIdentification.instanceIdentifier,
      conversationId: scope?.instanceIdentifier ?? "",
      expires: scope?.scopeInformation[0]?.expectedResponseDateTime ?? ""
    })
    yield* Effect.provide(
      Effect.flatMap(MessageSender, ({ send }) => send(message)),
      sending({}, sender.own)
    )
    const [accepted] = yield* (yield* Corner2).accepted
    assert(accepted !== undefined)
    return accepted
  })

  for (const [id, sender, letter] of examples) {
    it.live(titled(`has the same members in the same order, and the same entries and manifest: ${id}`), () =>
      Effect.gen(function* () {
        const example = published(id)
        const accepted = yield* sent(example, sender, letter)
        const ours = documentIn(accepted.payload)
        assert.strictEqual(JSON.stringify(lasting(ours), null, 1), JSON.stringify(lasting(example), null, 1))
        if (!packages.includes(id)) return
        const theirs = unzip(bytes(`vectors/published-dpi/${id}-dokumentpakke.zip`))
        const files = unzip((yield* openedBySupplier(accepted)).zip)
        assert.deepStrictEqual(
          files.map(({ name }) => name),
          theirs.map(({ name }) => name)
        )
        for (const { bytes: content, name } of theirs) {
          if (name.startsWith("META-INF/") || name === "Test.txt") continue
          const own = files.find((file) => file.name === name)
          assert.strictEqual(Buffer.from(own!.bytes).toString(), Buffer.from(content).toString())
        }
      }).pipe(Effect.provide(door.pipe(Layer.provideMerge(network()))))
    )
  }
})
