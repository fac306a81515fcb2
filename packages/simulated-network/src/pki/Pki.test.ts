import { NodeServices } from "@effect/platform-node"
import * as KeystoreBusinessCertificate from "@eformidling/adapter-keystore/KeystoreBusinessCertificate"
import { BusinessCertificate } from "@eformidling/port-dokumentpakke/BusinessCertificate"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer, Option, Path, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { X509Certificate } from "node:crypto"
import { execFileSync, spawnSync } from "node:child_process"
import { type Party, Pki } from "./Pki.ts"
import * as PkiFolder from "./PkiFolder.ts"

const parties: ReadonlyArray<Party> = [
  { name: "910076787", organisasjonsnummer: "910076787", organisation: "Sandkassen kommune" },
  { name: "service-registry", organisasjonsnummer: "991825827", organisation: "Adressetjenesten" }
]

const fingerprintsIn = (folder: string, whom: ReadonlyArray<Party> = parties) =>
  Pki.pipe(
    Effect.map((pki) => ({
      root: new X509Certificate(pki.root.certificate).fingerprint256,
      leaves: pki.identities.map((identity) => new X509Certificate(identity.chain[0]).fingerprint256)
    })),
    Effect.provide(Layer.fresh(PkiFolder.layer(folder, whom)))
  )

const hasOpenssl = spawnSync("openssl", ["version"]).status === 0

describe("Pki", () => {
  it.effect.skipIf(!hasOpenssl)(
    `issues business certificates as the field's rules want them${hasOpenssl ? "" : " (skipped: no openssl)"}`,
    () =>
      Effect.gen(function* () {
        const files = yield* FileSystem.FileSystem
        const path = yield* Path.Path
        const folder = yield* files.makeTempDirectoryScoped()
        yield* fingerprintsIn(folder)
        const text = execFileSync("openssl", ["x509", "-noout", "-text", "-in", path.join(folder, "910076787.pem")], {
          encoding: "utf8"
        })
        assert.match(text, /organizationIdentifier = NTRNO-910076787/)
        assert.match(text, /serialNumber = 910076787/)
        assert.match(
          text,
          /Key Usage: critical\n\s+Digital Signature, Non Repudiation, Key Encipherment, Data Encipherment/
        )
        assert.match(text, /Basic Constraints: critical\n\s+CA:FALSE/)
        assert.match(text, /Policy: 2\.16\.578\.1\.29\.913\.1\.1\.0/)
        // The test clock begins in 1970, and openssl would judge by today.
        const verified = execFileSync(
          "openssl",
          [
            "verify",
            "-x509_strict",
            "-attime",
            "10",
            "-CAfile",
            path.join(folder, "trust.pem"),
            path.join(folder, "910076787.pem")
          ],
          { encoding: "utf8" }
        )
        assert.match(verified, /: OK/)
      }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )

  it.effect("writes files that are keystores, with the certificate and its issuer", () =>
    Effect.gen(function* () {
      const path = yield* Path.Path
      const folder = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
      yield* fingerprintsIn(folder)
      const certificate = yield* BusinessCertificate.pipe(
        Effect.provide(
          KeystoreBusinessCertificate.layer({
            path: path.join(folder, "910076787.pem"),
            type: "PEM",
            password: Redacted.make("")
          })
        )
      )
      assert.deepStrictEqual(certificate.organisasjonsnummer, Option.some("910076787"))
      assert.lengthOf(certificate.chain, 2)
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )

  it.effect("keeps the same keys when its folder is opened again", () =>
    Effect.gen(function* () {
      const folder = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
      const first = yield* fingerprintsIn(folder)
      assert.deepStrictEqual(yield* fingerprintsIn(folder), first)
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )

  it.effect("makes anew only what is damaged or missing", () =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const folder = yield* files.makeTempDirectoryScoped()
      const first = yield* fingerprintsIn(folder)
      yield* files.writeFileString(path.join(folder, "910076787.pem"), "half a f")
      const newcomer = { name: "974761076", organisasjonsnummer: "974761076", organisation: "Utskriftsleverandøren" }
      const second = yield* fingerprintsIn(folder, [...parties, newcomer])
      assert.strictEqual(second.root, first.root)
      assert.notStrictEqual(second.leaves[0], first.leaves[0])
      assert.strictEqual(second.leaves[1], first.leaves[1])
      assert.strictEqual(second.leaves.length, 3)
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )

  it.effect("renews certificates that are about to end", () =>
    Effect.gen(function* () {
      const folder = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
      const first = yield* fingerprintsIn(folder)
      yield* TestClock.adjust("1080 days")
      const second = yield* fingerprintsIn(folder)
      assert.strictEqual(second.root, first.root)
      assert.notStrictEqual(second.leaves[0], first.leaves[0])
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )
})
