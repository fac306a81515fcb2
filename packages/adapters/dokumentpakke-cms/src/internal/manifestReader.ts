/**
 * Reads `ASiCManifest.xml` and both kinds of `manifest.xml`.
 *
 * Source: dokumentpakke 4, 5 and 8; sdp-manifest.xsd.
 */
import type { NextMoveManifest } from "@eformidling/port-dokumentpakke/DokumentpakkeOpener"
import { DpiManifest, type ManifestDocument } from "@eformidling/port-dokumentpakke/DpiManifest"
import { Schema } from "effect"
import { Malformed } from "./ber.ts"
import { namesOfUri } from "./entryName.ts"
import { digestOfReference, type FileReference } from "./reference.ts"
import { asicNamespaces } from "./xadesReader.ts"
import { attributeOf, childrenNamed, type Element, elementsOf, onlyChild, textOf } from "./xml.ts"

const fail = (detail: string): never => {
  throw new Malformed(detail)
}

/** URIs are raw names here; the other readings are for writers that escape them. */
const rawFirst = (uri: string) => [...new Set([uri, ...namesOfUri(uri)])]

/** The signature file that `ASiCManifest.xml` names, and the files it lists. */
export const readAsicManifest = (
  root: Element
): { readonly signatureNames: ReadonlyArray<string>; readonly references: ReadonlyArray<FileReference> } => {
  if (root.local !== "ASiCManifest" || !asicNamespaces.has(root.namespace)) fail("the root element is not ASiCManifest")
  return {
    signatureNames: rawFirst(
      attributeOf(onlyChild(root, root.namespace, "SigReference"), "URI") ?? fail("SigReference has no URI")
    ),
    references: childrenNamed(root, root.namespace, "DataObjectReference").map((reference) => {
      const uri = attributeOf(reference, "URI") ?? fail("a reference has no URI")
      return {
        uri,
        names: rawFirst(uri),
        mimeType: attributeOf(reference, "MimeType"),
        ...digestOfReference(reference)
      }
    })
  }
}

const sdpNamespace = "http://begrep.difi.no/sdp/schema_v10"
const schemaInstance = "http://www.w3.org/2001/XMLSchema-instance"

/** The children by name, after checking their order, their number, and that there are no others. */
const sequence = (
  element: Element,
  ...allowed: ReadonlyArray<readonly [name: string, minimum: number, maximum: number]>
) => {
  if (element.children.some((node) => typeof node === "string" && /\S/.test(node)))
    fail(`${element.local} should hold no text`)
  const children = elementsOf(element)
  const found = new Map<string, ReadonlyArray<Element>>()
  let at = 0
  for (const [name, minimum, maximum] of allowed) {
    const start = at
    while (children[at]?.local === name && children[at]?.namespace === sdpNamespace) at++
    const count = at - start
    if (count < minimum || count > maximum)
      fail(`${element.local} should have ${minimum} to ${maximum} ${name}, and has ${count}`)
    found.set(name, children.slice(start, at))
  }
  if (at !== children.length) fail(`${element.local} should not have ${children[at]!.local} there`)
  return (name: string) => found.get(name)?.[0]
}

const attributes = (element: Element, required: ReadonlyArray<string>, optional: ReadonlyArray<string> = []) => {
  for (const { local, namespace } of element.attributes) {
    if (namespace !== schemaInstance && (namespace !== "" || ![...required, ...optional].includes(local)))
      fail(`${element.local} should not have the attribute ${local}`)
  }
  return (name: string) =>
    attributeOf(element, name) ??
    (required.includes(name) ? fail(`${element.local} lacks the attribute ${name}`) : undefined)
}

const plain = (element: Element | undefined): string | undefined => {
  if (element === undefined) return undefined
  attributes(element, [])
  return textOf(element)
}

const required = <A>(value: A | undefined): A => value ?? fail("something required is missing")

const optionalKey = <Key extends string, A>(key: Key, value: A | undefined) =>
  (value === undefined ? {} : { [key]: value }) as { readonly [K in Key]?: A }

const link = (element: Element): { readonly href: string; readonly mime: string } => {
  const attribute = attributes(element, ["href", "mime"])
  return { href: required(attribute("href")), mime: required(attribute("mime")) }
}

const document = (element: Element): ManifestDocument => {
  const part = sequence(element, ["tittel", 0, 1], ["data", 0, 1])
  const title = part("tittel")
  const data = part("data")
  if (data !== undefined) sequence(data)
  return {
    ...link(element),
    ...optionalKey(
      "tittel",
      title === undefined ? undefined : { lang: required(attributes(title, ["lang"])("lang")), text: textOf(title) }
    ),
    ...optionalKey("data", data === undefined ? undefined : link(data))
  }
}

const checkLenke = (element: Element | undefined) => {
  if (element === undefined) return
  const part = sequence(element, ["url", 1, 1], ["beskrivelse", 0, 1], ["knappTekst", 0, 1], ["frist", 0, 1])
  if (!/^https?:\/\/./.test(textOf(required(part("url"))).trim())) fail("lenke has no http address")
}

const personOf = (mottaker: Element | undefined): string | undefined => {
  if (mottaker === undefined) return undefined
  const person = required(sequence(mottaker, ["person", 1, 1])("person"))
  const part = sequence(person, ["personidentifikator", 0, 1], ["postkasseadresse", 1, 1])
  const identifier = plain(part("personidentifikator"))
  if (identifier !== undefined && !/^\d{11}$/.test(identifier)) fail("personidentifikator is not eleven digits")
  return plain(part("postkasseadresse"))
}

const decodeManifest = Schema.decodeUnknownSync(DpiManifest)

/** `manifest.xml` of a DPI package; throws where it breaks the schema. */
export const readDpiManifest = (root: Element): DpiManifest => {
  if (root.local !== "manifest" || root.namespace !== sdpNamespace)
    fail("the root element is not the manifest of Sikker Digital Post")
  attributes(root, [])
  const part = sequence(
    root,
    ["mottaker", 0, 1],
    ["avsender", 1, 1],
    ["hoveddokument", 1, 1],
    ["vedlegg", 0, 200],
    ["lenke", 0, 1]
  )
  const sender = sequence(
    required(part("avsender")),
    ["organisasjon", 1, 1],
    ["avsenderidentifikator", 0, 1],
    ["fakturaReferanse", 0, 1]
  )
  const organisation = required(sender("organisasjon"))
  if ((attributes(organisation, [], ["authority"])("authority") ?? "iso6523-actorid-upis") !== "iso6523-actorid-upis")
    fail("organisasjon has an unknown authority")
  checkLenke(part("lenke"))
  return decodeManifest({
    ...optionalKey("postkasseadresse", personOf(part("mottaker"))),
    avsender: {
      organisasjon: textOf(organisation),
      ...optionalKey("avsenderidentifikator", plain(sender("avsenderidentifikator"))),
      ...optionalKey("fakturaReferanse", plain(sender("fakturaReferanse")))
    },
    hoveddokument: document(required(part("hoveddokument"))),
    vedlegg: childrenNamed(root, sdpNamespace, "vedlegg").map(document)
  })
}

/** `manifest.xml` of a NextMove package, which has no schema: what is known is read, the rest left alone. */
export const readNextMoveManifest = (root: Element): NextMoveManifest => {
  if (root.local !== "manifest" || root.namespace !== "") fail("the root element is not a NextMove manifest")
  const party = (name: string) => textOf(onlyChild(onlyChild(root, "", name), "", "organisasjon")).trim()
  const main = onlyChild(root, "", "hoveddokument")
  return {
    sender: party("avsender"),
    receiver: party("mottaker"),
    hoveddokument: {
      href: attributeOf(main, "href") ?? fail("hoveddokument has no href"),
      mime: attributeOf(main, "mime") ?? fail("hoveddokument has no mime")
    }
  }
}
