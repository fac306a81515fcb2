import * as DokumentpakkeContract from "@eformidling/port-dokumentpakke/DokumentpakkeContract"
import { Layer } from "effect"
import { tmpdir } from "node:os"
import * as DokumentpakkeCms from "./DokumentpakkeCms.ts"
import { businessCertificateOf, makeIdentity } from "./internal/certificates.testing.ts"

const root = makeIdentity({ name: "Rot", ca: true })
const own = makeIdentity({ name: "Kommunen", organisasjonsnummer: "910076787", issuer: root })
const other = makeIdentity({ name: "En annen", issuer: root, serial: 8 })

const trust = { mode: "ANCHORED", anchors: [root.der], intermediates: [] } as const
const parties = () => ({ own: own.der, other: other.der, now: Date.parse("2026-11-24T12:00:00Z") })
const guarantees = { detectsTampering: true, checksRequests: true }

DokumentpakkeContract.suite(
  "CMS, in memory",
  DokumentpakkeCms.layer({ temporaryDirectory: tmpdir(), trust }).pipe(Layer.provide(businessCertificateOf(own))),
  parties,
  guarantees
)

DokumentpakkeContract.suite(
  "CMS, in temporary files",
  DokumentpakkeCms.layer({ temporaryDirectory: tmpdir(), trust, memoryBytes: 100 }).pipe(
    Layer.provide(businessCertificateOf(own))
  ),
  parties,
  guarantees
)
