import { assert, describe, layer } from "@effect/vitest"
import { Clock, Effect, Layer } from "effect"
import { FetchHttpClient, HttpClient, HttpClientRequest } from "effect/http"
import { TestClock } from "effect/testing"
import { decodeJwt, decodeProtectedHeader, SignJWT } from "jose"
import { randomUUID } from "node:crypto"
import * as Authorities from "./Authorities.ts"
import { Maskinporten } from "./Maskinporten.ts"
import * as Pki from "./pki/Pki.ts"
import { partiesOf, sandbox, type Population } from "./Population.ts"

const kommune = "910076787"
const einnsyn = "991825827"

// The municipality has delegated to eInnsyn; eInnsyn's client lacks one of its organisation's scopes.
const population: Population = {
  ...sandbox,
  organisations: sandbox.organisations.map((organisation) => ({
    ...organisation,
    ...(organisation.organisasjonsnummer === kommune ? { delegatesTo: [einnsyn] } : {}),
    ...(organisation.organisasjonsnummer === einnsyn
      ? { clientScopes: organisation.scopes.filter((scope) => scope !== "eformidling:dpi") }
      : {})
  }))
}

const network = (options?: Partial<Authorities.Options>) =>
  Authorities.layer({ population, ...options }).pipe(
    Layer.provideMerge(Pki.layer(partiesOf(population))),
    Layer.provideMerge(FetchHttpClient.layer)
  )

interface Changes {
  /** Whose key signs; eInnsyn's unless named. */
  readonly signer?: Pki.Identity
  readonly header?: Readonly<Record<string, unknown>>
  readonly claims?: Readonly<Record<string, unknown>>
}

/** A grant as it should be, but for the changes. A claim changed to undefined is left out. */
const assertionWith = Effect.fnUntraced(function* ({ claims, header, signer }: Changes = {}) {
  const { issuer } = yield* Maskinporten
  const identity = signer ?? (yield* (yield* Pki.Pki).identity(einnsyn))
  const now = Math.floor((yield* Clock.currentTimeMillis) / 1000)
  const body = {
    aud: issuer,
    iss: `MOVE_IP_${einnsyn}`,
    scope: "digitalpostinnbygger:send",
    jti: randomUUID(),
    iat: now,
    exp: now + 120,
    ...claims
  }
  const x5c = [Buffer.from(identity.chain[0]).toString("base64")]
  return yield* Effect.promise(() =>
    new SignJWT(body).setProtectedHeader({ alg: "RS256", x5c, ...header }).sign(identity.privateKey)
  )
})

const descriptionOf = (changes: Changes) =>
  Effect.flatMap(assertionWith(changes), (assertion) =>
    Effect.flatMap(Maskinporten, (maskinporten) => Effect.flip(maskinporten.grant(assertion)))
  )

const post = Effect.fnUntraced(function* (form: string, contentType = "application/x-www-form-urlencoded") {
  const { tokenUrl } = yield* Maskinporten
  const response = yield* HttpClient.execute(
    HttpClientRequest.post(tokenUrl).pipe(HttpClientRequest.bodyText(form, contentType))
  )
  return { status: response.status, body: JSON.parse(yield* response.text) as Record<string, unknown> }
})

const jwtBearer = "urn:ietf:params:oauth:grant-type:jwt-bearer"

layer(network())("Maskinporten", (it) => {
  it.effect("trades a grant for a token over HTTP", () =>
    Effect.gen(function* () {
      const assertion = yield* assertionWith()
      const { body, status } = yield* post(`grant_type=${encodeURIComponent(jwtBearer)}&assertion=${assertion}`)
      assert.strictEqual(status, 200)
      const { access_token: token, ...rest } = body
      assert.deepStrictEqual(rest, { token_type: "Bearer", expires_in: 119, scope: "digitalpostinnbygger:send" })
      const { consumer, delegation_source, exp, iat, supplier, ...claims } = decodeJwt(String(token))
      assert.deepStrictEqual(consumer, { authority: "iso6523-actorid-upis", ID: `0192:${einnsyn}` })
      assert.isUndefined(supplier)
      assert.isUndefined(delegation_source)
      assert.strictEqual(Number(exp) - Number(iat), 120)
      assert.include(claims, {
        client_amr: "virksomhetssertifikat",
        token_type: "Bearer",
        client_id: `MOVE_IP_${einnsyn}`
      })
      assert.isString(decodeProtectedHeader(String(token)).kid)
    })
  )

  it.effect("names the supplier in a token for an organisation that has delegated", () =>
    Effect.gen(function* () {
      const maskinporten = yield* Maskinporten
      const { token } = yield* maskinporten.grant(yield* assertionWith({ claims: { consumer_org: kommune } }))
      const { consumer, delegation_source, supplier } = decodeJwt(token)
      assert.deepStrictEqual(consumer, { authority: "iso6523-actorid-upis", ID: `0192:${kommune}` })
      assert.deepStrictEqual(supplier, { authority: "iso6523-actorid-upis", ID: `0192:${einnsyn}` })
      assert.strictEqual(delegation_source, "https://tt02.altinn.no/")
      const access = yield* maskinporten.verify(token, ["eformidling:dpe", "digitalpostinnbygger:send"])
      assert.strictEqual(access.consumer, kommune)
      assert.strictEqual(access.supplier, einnsyn)
    })
  )

  describe("refuses", () => {
    const cases: ReadonlyArray<readonly [what: string, code: string, status: number, changes: Changes]> = [
      ["a grant without x5c", "MP-100", 400, { header: { x5c: undefined } }],
      ["an x5c that is a text", "MP-123", 400, { header: { x5c: "MIIB" } }],
      ["an empty x5c", "MP-123", 400, { header: { x5c: [] } }],
      ["an x5c that holds no certificate", "MP-123", 400, { header: { x5c: ["MIIB"] } }],
      ["another algorithm", "MP-011", 400, { header: { alg: "RS512" } }],
      ["an unknown client", "MP-100", 400, { claims: { iss: "MOVE_IP_123456789" } }],
      ["another organisation's client", "MP-122", 400, { claims: { iss: `MOVE_IP_${kommune}` } }],
      ["another audience", "MP-110", 400, { claims: { aud: "http://127.0.0.1/" } }],
      ["a list of audiences", "MP-110", 400, { claims: { aud: ["http://127.0.0.1/"] } }],
      ["a grant without jti", "MP-011", 400, { claims: { jti: undefined } }],
      ["a grant without times", "MP-011", 400, { claims: { iat: undefined } }],
      ["a scope that is not on the client", "MP-200", 400, { claims: { scope: "eformidling:dpi" } }],
      ["a scope nobody knows", "MP-200", 400, { claims: { scope: "eformidling:dpo" } }],
      ["a consumer_org with its prefix", "MP-011", 400, { claims: { consumer_org: `0192:${kommune}` } }],
      ["a consumer without access to the scope", "MP-250", 403, { claims: { consumer_org: "984661185" } }]
    ]
    for (const [what, code, status, changes] of cases) {
      it.effect(`${what} with ${code}`, () =>
        Effect.gen(function* () {
          const refused = yield* descriptionOf(changes)
          assert.match(refused.description, new RegExp(`^${code}: `))
          assert.strictEqual(refused.status, status)
        })
      )
    }

    it.effect("a consumer that has not delegated with MP-251", () =>
      Effect.gen(function* () {
        const signer = yield* (yield* Pki.Pki).identity(kommune)
        const refused = yield* descriptionOf({ signer, claims: { iss: `MOVE_IP_${kommune}`, consumer_org: einnsyn } })
        assert.match(refused.description, /^MP-251: /)
        assert.strictEqual(refused.status, 403)
      })
    )

    it.effect("a certificate from another issuer with MP-120", () =>
      Effect.gen(function* () {
        const others = yield* Pki.makeAuthorities
        const party = { name: einnsyn, organisasjonsnummer: einnsyn, organisation: "eInnsyn" }
        const signer = yield* Pki.issue(party, others.intermediate)
        assert.match((yield* descriptionOf({ signer })).description, /^MP-120: /)
      })
    )

    it.effect("a signature by another key than the certificate's with MP-124", () =>
      Effect.gen(function* () {
        const pki = yield* Pki.Pki
        const other = yield* pki.identity(kommune)
        const leaf = (yield* pki.identity(einnsyn)).chain[0]
        const header = { x5c: [Buffer.from(leaf).toString("base64")] }
        assert.match((yield* descriptionOf({ signer: other, header })).description, /^MP-124: /)
      })
    )

    it.effect("a grant that is too long, from the future or expired with MP-130, with ten seconds' tolerance", () =>
      Effect.gen(function* () {
        yield* TestClock.adjust("1 hour")
        const now = Math.floor((yield* Clock.currentTimeMillis) / 1000)
        for (const [iat, exp] of [
          [now, now + 121],
          [now + 11, now + 100],
          [now - 130, now - 11]
        ]) {
          assert.match((yield* descriptionOf({ claims: { iat, exp } })).description, /^MP-130: /)
        }
        const { grant } = yield* Maskinporten
        yield* grant(yield* assertionWith({ claims: { iat: now + 10, exp: now + 130 } }))
        yield* grant(yield* assertionWith({ claims: { iat: now - 129, exp: now - 10 } }))
      })
    )

    it.effect("a grant that was used before with MP-012", () =>
      Effect.gen(function* () {
        const { grant } = yield* Maskinporten
        const assertion = yield* assertionWith()
        yield* grant(assertion)
        assert.match((yield* Effect.flip(grant(assertion))).description, /^MP-012: /)
      })
    )

    it.effect("requests of another form, in JSON with a code", () =>
      Effect.gen(function* () {
        const assertion = yield* assertionWith()
        const good = `grant_type=${encodeURIComponent(jwtBearer)}&assertion=${assertion}`
        for (const [form, contentType] of [
          [`grant_type=client_credentials&assertion=${assertion}`, undefined],
          [`${good}&assertion=${assertion}`, undefined],
          [good, "text/plain"],
          [`grant_type=${encodeURIComponent(jwtBearer)}&assertion=a.b.c`, undefined],
          [`grant_type=${encodeURIComponent(jwtBearer)}`, undefined]
        ] as const) {
          const { body, status } = yield* post(form, contentType)
          assert.strictEqual(status, 400)
          assert.match(String(body["error_description"]), /^MP-011: /)
          assert.isString(body["error"])
        }
      })
    )
  })

  describe("does not accept", () => {
    const send = ["digitalpostinnbygger:send"]

    it.effect("a token once it has expired", () =>
      Effect.gen(function* () {
        const { grant, verify } = yield* Maskinporten
        const { token } = yield* grant(yield* assertionWith())
        yield* TestClock.adjust("119 seconds")
        yield* verify(token, send)
        yield* TestClock.adjust("2 seconds")
        assert.include((yield* Effect.flip(verify(token, send))).detail, "expired")
      })
    )

    it.effect("a token without the scope, with a changed claim, or from somebody else", () =>
      Effect.gen(function* () {
        const { grant, verify } = yield* Maskinporten
        const { token } = yield* grant(yield* assertionWith())
        assert.include((yield* Effect.flip(verify(token, ["eformidling:dpe"]))).detail, "eformidling:dpe")
        const [header, , signature] = token.split(".")
        const claims = Buffer.from(JSON.stringify({ ...decodeJwt(token), scope: "eformidling:dpe" })).toString(
          "base64url"
        )
        yield* Effect.flip(verify(`${header}.${claims}.${signature}`, ["eformidling:dpe"]))
        yield* Effect.flip(verify(yield* assertionWith(), send))
        yield* Effect.flip(verify("DummyMaskinportenToken", send))
      })
    )
  })
})

layer(network({ refusesOwnConsumerOrg: true }))("Maskinporten that minds the own consumer_org", (it) => {
  it.effect("refuses it, in the words of the field and without a code", () =>
    Effect.gen(function* () {
      const refused = yield* descriptionOf({ claims: { consumer_org: einnsyn } })
      assert.match(refused.description, /^Validation of JWT claim failed: The combination consumer_org/)
    })
  )
})
