import { assert, describe, it } from "@effect/vitest"
import { businessMessageType, businessMessageTypes, typeOfDocumentType } from "./BusinessMessageType.ts"
import * as DocumentType from "./DocumentType.ts"
import * as FileName from "./FileName.ts"
import * as MimeType from "./MimeType.ts"
import * as Process from "./Process.ts"

const documentTypes = Object.entries(DocumentType.documentTypes)
const processes = Object.entries(Process.processes) as ReadonlyArray<
  readonly [Process.Process, (typeof Process.processes)[Process.Process]]
>

describe("the tables", () => {
  it("agree on the type a document type's URN and its aliases end with", () => {
    for (const [name, { aliases, type, urn }] of documentTypes) {
      for (const spelling of [urn, ...aliases]) {
        assert.strictEqual(typeOfDocumentType(spelling), type ?? "feil")
        assert.strictEqual(DocumentType.fromUrn(spelling), name)
      }
    }
  })

  it("agree on the channel of each process, document type and business message", () => {
    for (const [process, { documentTypes: names, service }] of processes) {
      for (const name of names) {
        const { type, service: channel, urn } = DocumentType.documentTypes[name]
        assert.strictEqual(channel, service)
        if (type !== undefined) assert.strictEqual(businessMessageTypes[type].service, service)
        assert.isTrue(Process.takes(process, urn))
      }
    }
  })

  it("have a document type and a process for every business message", () => {
    for (const type of Object.keys(businessMessageTypes)) {
      const row = documentTypes.find(([, documentType]) => documentType.type === type)
      assert.isDefined(row, type)
      assert.isTrue(
        processes.some(([process]) => Process.standardsOf(process).includes(row![1].urn)),
        type
      )
    }
  })

  it("know the spellings still in use", () => {
    assert.strictEqual(Process.fromUrn("urn:no:difi:profile:einnsyn-innsynskrav:ver1.0"), "innsynskrav")
    assert.isTrue(Process.takes("innsynskrav", "urn:no:difi:einnsyn:xsd:innsyn::innsynskrav"))
    assert.isUndefined(Process.fromUrn("urn:no:difi:meldingsutveksling:2.0"))
  })

  it("keep digital letters out of eInnsyn's processes", () => {
    assert.isFalse(Process.takes("journalpost", "urn:no:difi:digitalpost:xsd:digital::digital"))
  })

  it("find a type in upper and lower case, and no member of every object", () => {
    assert.strictEqual(businessMessageType("Digital"), "digital")
    assert.isUndefined(businessMessageType("constructor"))
    assert.isUndefined(businessMessageType("feil"))
  })
})

describe("MimeType", () => {
  it.each([
    [undefined, "brev.pdf", "application/pdf"],
    ["", "brev.HTML", "text/html"],
    ["application/octet-stream", "bilde.jpg", "image/jpeg"],
    ["application/octet-stream; charset=binary", "a.png", "image/png"],
    ["text/plain;charset=UTF-8", "a.pdf", "text/plain;charset=UTF-8"],
    [undefined, "emailtext", "application/pdf"],
    [undefined, "a.ukjent", "application/pdf"],
    [undefined, "a.constructor", "application/pdf"],
    [undefined, "a.zip", "application/octet-stream"]
  ])("of %j named %s is %s", (given, filename, expected) => {
    assert.strictEqual(MimeType.of(given, filename), expected)
  })
})

describe("FileName", () => {
  it.each(["", "  ", "..", "a/b.pdf", "a\\b.pdf", "a\u0000.pdf", "a\n.pdf", "mimetype", "manifest.xml", "META-INF"])(
    "keeps %j out of packages",
    (name) => {
      assert.isDefined(FileName.problem(name))
      assert.isDefined(FileName.problemInDpi(name))
    }
  )

  it("keeps names of three and of 101 characters out of DPI packages only (DPI-50)", () => {
    for (const name of ["a.b", `${"a".repeat(97)}.pdf`]) {
      assert.isUndefined(FileName.problem(name))
      assert.isDefined(FileName.problemInDpi(name))
    }
    assert.isUndefined(FileName.problemInDpi("a.bc"))
    assert.isUndefined(FileName.problemInDpi(`${"a".repeat(96)}.pdf`))
  })

  it("says which names every reader finds", () => {
    assert.isTrue(FileName.isPortable("vedtak-1_b.pdf"))
    assert.isFalse(FileName.isPortable("søknad.pdf"))
    assert.isFalse(FileName.isPortable("mitt brev.pdf"))
  })
})
