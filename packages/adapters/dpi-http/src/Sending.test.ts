import type { Outgoing } from "@eformidling/port-transport/MessageSender"
import { MessageSender } from "@eformidling/port-transport/MessageSender"
import { assert, describe, layer } from "@effect/vitest"
import { Corner2 } from "@eformidling/simulated-network/dpi/Corner2"
import { RequestFault } from "@eformidling/simulated-network/dpi/Corner2Faults"
import { Fault } from "@eformidling/simulated-network/Faults"
import { Krr } from "@eformidling/simulated-network/Krr"
import { Maskinporten } from "@eformidling/simulated-network/Maskinporten"
import { Pki } from "@eformidling/simulated-network/pki/Pki"
import { ServiceRegistry } from "@eformidling/simulated-network/ServiceRegistry"
import { Effect, Layer } from "effect"
import { decodeJwt } from "jose"
import { createHash, X509Certificate } from "node:crypto"
import * as letters from "./internal/letters.testing.ts"
import {
  digipost,
  door,
  network,
  openedBySupplier,
  other,
  own,
  printHouse,
  sending
} from "./internal/network.testing.ts"

const { kari, ola, outgoing, pdf, per } = letters

/** Whom no other test asks the registry about: answers are kept for a while. */
const unasked = "09118532322"

const attachment = { filename: "vedlegg.pdf", content: pdf, title: "Vedlegg" }

const party = (organisasjonsnummer: string) => ({
  authority: "iso6523-actorid-upis",
  value: `0192:${organisasjonsnummer}`
})

type Json = Readonly<Record<string, unknown>>

interface Scope {
  readonly scopeInformation: ReadonlyArray<{ readonly expectedResponseDateTime: string }>
}

const scopesOf = (header: Json) => (header["businessScope"] as { readonly scope: ReadonlyArray<Scope> }).scope

const Net = network()

layer(sending().pipe(Layer.provideMerge(door), Layer.provideMerge(Net)), { excludeTestServices: true })(
  "DpiMessageSender",
  (it) => {
    const clear = Effect.gen(function* () {
      const corner2 = yield* Corner2
      yield* corner2.plan({})
      for (const { faults } of [corner2, yield* Maskinporten, yield* ServiceRegistry, yield* Krr]) yield* faults.clear
    })

    /** What corner 2 holds of a message. */
    const accepted = Effect.fnUntraced(function* ({ messageId }: Outgoing) {
      const letter = (yield* (yield* Corner2).accepted).find((one) => one.messageId === messageId)
      assert(letter !== undefined)
      const { standardBusinessDocument } = JSON.parse(letter.payload) as Json
      const { standardBusinessDocumentHeader: header, ...rest } = standardBusinessDocument as Json
      return { letter, header: header as Json, body: Object.values(rest)[0] as Json }
    })

    const sent = Effect.fnUntraced(function* (letter: letters.Letter = {}) {
      yield* clear
      const message = yield* outgoing(letter)
      yield* (yield* MessageSender).send(message)
      return { message, ...(yield* accepted(message)) }
    })

    const failing = (message: Outgoing) =>
      Effect.flatMap(MessageSender, ({ send }) => Effect.map(Effect.flip(send(message)), ({ reason }) => reason))

    const postsTo = Effect.fnUntraced(function* (path: string) {
      const requests = yield* (yield* Corner2).faults.requests
      return requests.filter(({ method, url }) => method === "POST" && url.includes(path))
    })

    it.effect("sends a digital letter as the message its mailbox supplier is to have (DPI-1, DPI-10)", () =>
      Effect.gen(function* () {
        const { body, header, letter, message } = yield* sent({
          body: { avsenderId: `avsender${own}`, fakturaReferanse: `faktura${own}` }
        })
        assert.deepStrictEqual(header["sender"], [{ identifier: party(own) }])
        assert.deepStrictEqual(header["receiver"], [{ identifier: party(digipost) }])
        const { creationDateAndTime, ...identification } = header["documentIdentification"] as Json
        assert.isTrue(Math.abs(Date.parse(String(creationDateAndTime)) - letter.acceptedAt) < 10_000)
        assert.deepStrictEqual(identification, {
          standard:
            "urn:fdc:digdir.no:2020:innbyggerpost:xsd::innbyggerpost##urn:fdc:digdir.no:2020:innbyggerpost:schema:digital::1.0",
          typeVersion: "1.0",
          instanceIdentifier: message.messageId,
          type: "digital"
        })
        const { dokumentpakkefingeravtrykk, maskinportentoken, ...rest } = body
        assert.deepStrictEqual(rest, {
          avsender: {
            virksomhetsidentifikator: party(own),
            avsenderidentifikator: `avsender${own}`,
            fakturaReferanse: `faktura${own}`
          },
          mottaker: { postkasseadresse: "kari.sandkasse#1ABC" },
          sikkerhetsnivaa: 3,
          virkningstidspunkt: "2019-05-12T00:00:00+02:00",
          aapningskvittering: false,
          ikkesensitivtittel: "Min supertittel",
          spraak: "NO",
          varsler: {}
        })
        assert.isString(maskinportentoken)
        assert.isString((dokumentpakkefingeravtrykk as Json)["digestValue"])
        assert.strictEqual((yield* postsTo("/messages/out")).at(-1)?.url, "/dpi/messages/out?kanal=kanal")
      })
    )

    it.effect("keeps the citizen's number out of the message, and one scope in it (DPI-11)", () =>
      Effect.gen(function* () {
        const { header, letter } = yield* sent({
          scopes: [{ type: "SenderRef", instanceIdentifier: "7b5ddc6a-2c11-4b5a-8d8b-0a0e2b1f0c11", identifier: "x" }]
        })
        assert.strictEqual(scopesOf(header).length, 1)
        assert.notInclude(letter.payload, kari)
      })
    )

    it.effect("notifies where the registry knows where and the letter has a text (DPI-6, DPI-7)", () =>
      Effect.gen(function* () {
        const { body } = yield* sent({ body: { varsler: { epostTekst: "Post til deg", smsTekst: "Post" } } })
        assert.deepStrictEqual(body["varsler"], {
          epostvarsel: { epostadresse: "kari@example.org", varslingstekst: "Post til deg", repetisjoner: [0, 7] },
          smsvarsel: { mobiltelefonnummer: "+4799999999", varslingstekst: "Post", repetisjoner: [0, 7] }
        })
        const { body: half } = yield* sent({ body: { varsler: { smsTekst: "Post" } } })
        assert.deepStrictEqual(Object.keys(half["varsler"] as Json), ["smsvarsel"])
      })
    )

    it.effect("notifies also whom the registry says cannot be notified (DPI-8)", () =>
      Effect.gen(function* () {
        const registry = yield* ServiceRegistry
        const { certificatePem } = yield* (yield* Pki).identity(digipost)
        yield* registry.register(ola, [
          {
            organisationNumber: ola,
            pemCertificate: certificatePem,
            process: "urn:no:difi:profile:digitalpost:info:ver1.0",
            documentTypes: ["urn:no:difi:digitalpost:xsd:digital::digital"],
            service: { identifier: "DPI", endpointUrl: "", securityLevel: 3 },
            orgnrPostkasse: digipost,
            postkasseAdresse: "ola#1",
            epostAdresse: "ola@example.org",
            kanVarsles: false
          }
        ])
        const { body } = yield* sent({ receiver: ola, body: { varsler: { epostTekst: "Post til deg" } } })
        assert.deepStrictEqual(Object.keys(body["varsler"] as Json), ["epostvarsel"])
      })
    )

    it.effect("leaves members out that the letter has not (DPI-12)", () =>
      Effect.gen(function* () {
        const { body } = yield* sent()
        assert.deepStrictEqual(Object.keys(body["avsender"] as Json), ["virksomhetsidentifikator"])
      })
    )

    it.effect("packs a metadata document as its document's data (DPI-9)", () =>
      Effect.gen(function* () {
        const { letter } = yield* sent({
          files: [
            { filename: "arkivmelding.xml", content: Buffer.from("<a/>"), mimeType: "application/xml", title: "A" },
            { filename: "test.txt", content: Buffer.from("test") }
          ],
          body: { metadataFiler: { "arkivmelding.xml": "test.txt" } }
        })
        const { documents, manifest } = yield* openedBySupplier(letter)
        assert.deepStrictEqual(
          documents.map(({ filename }) => filename),
          ["arkivmelding.xml", "test.txt"]
        )
        assert(manifest._tag === "dpi")
        assert.deepStrictEqual(manifest.manifest.hoveddokument.data, { href: "test.txt", mime: "text/plain" })
        assert.deepStrictEqual(manifest.manifest.vedlegg, [])
      })
    )

    it.effect("sends a print letter to the print house, addressed and without a mailbox (DPI-13)", () =>
      Effect.gen(function* () {
        const { body, header, letter } = yield* sent({
          type: "print",
          files: [{ filename: "brev.pdf", content: pdf }, attachment]
        })
        assert.deepStrictEqual(header["receiver"], [{ identifier: party(printHouse) }])
        const { dokumentpakkefingeravtrykk, maskinportentoken, ...rest } = body
        assert.isDefined(dokumentpakkefingeravtrykk)
        assert.isDefined(maskinportentoken)
        assert.deepStrictEqual(rest, {
          avsender: { virksomhetsidentifikator: party(own) },
          mottaker: { navn: "Per", adresselinje1: "Storgata 3", postnummer: "0155", poststed: "Oslo" },
          utskriftstype: "SORT_HVIT",
          retur: {
            mottaker: { navn: "Kommunen", adresselinje1: "Torget 1", postnummer: "0155", poststed: "Oslo" },
            returposthaandtering: "DIREKTE_RETUR"
          },
          posttype: "B"
        })
        const { manifest } = yield* openedBySupplier(letter)
        assert(manifest._tag === "dpi")
        assert.isUndefined(manifest.manifest.postkasseadresse)
        assert.strictEqual(manifest.manifest.vedlegg.length, 1)
      })
    )

    it.effect("asks the registry nothing about a print letter without receiver (DPI-16)", () =>
      Effect.gen(function* () {
        const registry = yield* ServiceRegistry
        const before = (yield* registry.faults.requests).length
        const { header, letter } = yield* sent({ type: "print", receiver: null })
        assert.deepStrictEqual(header["receiver"], [{ identifier: party(printHouse) }])
        const { manifest } = yield* openedBySupplier(letter)
        assert(manifest._tag === "dpi")
        assert.strictEqual(manifest.manifest.hoveddokument.tittel?.lang, "NO")
        assert.strictEqual((yield* registry.faults.requests).length, before)
      })
    )

    it.effect("seals each of a print and a digital letter to one person to its own supplier (DPI-26)", () =>
      Effect.gen(function* () {
        const { letter: printed } = yield* sent({ type: "print", receiver: per })
        const { letter: digital } = yield* sent({ receiver: kari })
        assert.deepStrictEqual([printed.supplier, digital.supplier], [printHouse, digipost])
        yield* openedBySupplier(printed)
        yield* openedBySupplier(digital)
      })
    )

    it.effect("sends for another organisation in its name, signed and posted by our own (DPI-29, DPI-30)", () =>
      Effect.gen(function* () {
        const maskinporten = yield* Maskinporten
        const { body, header, letter } = yield* sent({ sender: `0192:${own}:${other}` })
        assert.deepStrictEqual(header["sender"], [{ identifier: party(own) }])
        assert.deepStrictEqual(body["avsender"], { virksomhetsidentifikator: party(other) })
        assert.strictEqual((yield* maskinporten.granted).at(-1)?.consumer, other)
        const { manifest } = yield* openedBySupplier(letter)
        assert(manifest._tag === "dpi")
        assert.strictEqual(manifest.manifest.avsender.organisasjon, `0192:${other}`)
      })
    )

    it.effect("gives the fingerprint of the bytes it sends (DPI-53)", () =>
      Effect.gen(function* () {
        const { body, letter } = yield* sent()
        assert.deepStrictEqual(body["dokumentpakkefingeravtrykk"], {
          digestMethod: "http://www.w3.org/2001/04/xmlenc#sha256",
          digestValue: createHash("sha256").update(letter.dokumentpakke).digest("base64")
        })
      })
    )

    it.effect("takes a certificate without header lines from the print register (DPI-54)", () =>
      Effect.gen(function* () {
        const krr = yield* Krr
        const identity = yield* (yield* Pki).identity(printHouse)
        yield* krr.setPrintHouse(printHouse, new X509Certificate(identity.chain[0]).raw.toString("base64"))
        const { letter } = yield* sent({ type: "print", receiver: null })
        yield* openedBySupplier(letter)
      })
    )

    it.effect(
      "posts with the token that is in the message, for the organisation it is sent for (DPI-65, DPI-110)",
      () =>
        Effect.gen(function* () {
          const { body } = yield* sent()
          const request = (yield* postsTo("/messages/out")).at(-1)
          assert.strictEqual(request?.headers["authorization"], `Bearer ${String(body["maskinportentoken"])}`)
          assert.deepStrictEqual(decodeJwt(String(body["maskinportentoken"]))["consumer"], {
            authority: "iso6523-actorid-upis",
            ID: `0192:${own}`
          })
        })
    )

    it.effect("asks for one token for letters of one sender, and another for another's (DPI-112)", () =>
      Effect.gen(function* () {
        const maskinporten = yield* Maskinporten
        const tokens = [yield* sent(), yield* sent(), yield* sent({ sender: `0192:${own}:${other}` })].map(
          ({ body }) => body["maskinportentoken"]
        )
        assert.strictEqual(tokens[0], tokens[1])
        assert.notStrictEqual(tokens[0], tokens[2])
        const ours = (yield* maskinporten.granted).filter(({ scopes }) => scopes.includes("digitalpostinnbygger:send"))
        assert.isAtLeast(ours.length, 2)
      })
    )

    describe("posts nothing", () => {
      const nothingPosted = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
        Effect.gen(function* () {
          yield* clear
          const before = (yield* postsTo("/messages/out")).length
          yield* effect
          assert.strictEqual((yield* postsTo("/messages/out")).length, before)
        })

      const invalid: ReadonlyArray<readonly [string, Readonly<Record<string, unknown>>]> = [
        ["a security level of 2", { sikkerhetsnivaa: 2 }],
        ["an empty title", { tittel: "" }],
        ["a language of three letters", { spraak: "nob" }]
      ]
      for (const [what, body] of invalid) {
        it.effect(`of a letter with ${what}, and says so for good (DPI-57)`, () =>
          nothingPosted(
            Effect.gen(function* () {
              const reason = yield* failing(yield* outgoing({ body }))
              assert.strictEqual(reason._tag, "Rejected")
              assert.include(reason.detail, "Sending failed!")
              assert.include(reason.detail, Object.keys(body)[0] ?? "")
            })
          )
        )
      }

      it.effect("when the registry refuses or is away, and can be asked again (DPI-108)", () =>
        nothingPosted(
          Effect.gen(function* () {
            const registry = yield* ServiceRegistry
            for (const fault of [
              Fault.Answers({ status: 400, body: '{"error_code":"x","error_description":"y"}' }),
              Fault.Down()
            ]) {
              yield* registry.faults.set(fault)
              const reason = yield* failing(yield* outgoing({ receiver: unasked }))
              assert(reason._tag === "Unavailable")
              assert.isFalse(reason.ambiguous)
            }
          })
        )
      )

      it.effect("when the registry has no record for the kind of letter", () =>
        nothingPosted(
          Effect.gen(function* () {
            const reason = yield* failing(yield* outgoing({ receiver: per }))
            assert.strictEqual(reason._tag, "Unavailable")
          })
        )
      )

      it.effect("when Maskinporten refuses the grant (DPI-113)", () =>
        nothingPosted(
          Effect.gen(function* () {
            // Nobody has delegated for this organisation.
            const reason = yield* failing(yield* outgoing({ sender: `0192:${own}:${digipost}` }))
            assert.strictEqual(reason._tag, "NotAuthorized")
            assert.match(reason.detail, /^MP-25/)
          })
        )
      )
    })

    it.effect("does not ask whether a first attempt has arrived", () =>
      Effect.gen(function* () {
        const { message } = yield* sent()
        const requests = yield* (yield* Corner2).faults.requests
        assert.isFalse(requests.some(({ url }) => url.includes(`${message.messageId}/statuses`)))
      })
    )

    it.effect("asks about statuses on nobody's behalf (DPI-111)", () =>
      Effect.gen(function* () {
        yield* clear
        const message = yield* outgoing()
        yield* (yield* MessageSender).send({ ...message, attempt: 2, mayHaveArrived: true })
        const asked = (yield* (yield* Corner2).faults.requests).find(({ url }) =>
          url.includes(`${message.messageId}/statuses`)
        )
        const { supplier } = decodeJwt(String(asked?.headers["authorization"]).slice("Bearer ".length))
        assert.isUndefined(supplier)
      })
    )

    it.effect("counts a repeat that corner 2 refuses as sent when corner 2 has the letter", () =>
      Effect.gen(function* () {
        yield* clear
        const corner2 = yield* Corner2
        const sender = yield* MessageSender
        const message = yield* outgoing()
        yield* sender.send(message)
        assert.strictEqual((yield* failing(message))._tag, "Rejected")
        yield* sender.send({ ...message, attempt: 2 })
        assert.strictEqual(
          (yield* corner2.accepted).filter(({ messageId }) => messageId === message.messageId).length,
          1
        )
      })
    )

    it.effect("stays in doubt while corner 2 cannot say whether an earlier attempt has arrived", () =>
      Effect.gen(function* () {
        yield* clear
        yield* (yield* Corner2).plan({
          requests: [{ on: ["statuses"], fault: RequestFault.Answers({ status: 200, body: "?" }) }]
        })
        const message = yield* outgoing()
        assert.strictEqual((yield* failing({ ...message, attempt: 2, mayHaveArrived: true }))._tag, "Unavailable")
        yield* clear
      })
    )

    it.effect("carries the letter's expiry as it was given (DPI-2)", () =>
      Effect.gen(function* () {
        const { header } = yield* sent({ expires: "2119-05-10T00:31:52+01:00" })
        const [information] = scopesOf(header)[0]?.scopeInformation ?? []
        assert.strictEqual(Date.parse(information?.expectedResponseDateTime ?? ""), Date.parse("2119-05-09T23:31:52Z"))
      })
    )
  }
)
