/**
 * Reads the XML of a package: namespaces, no DOCTYPE, no entities but the five, nothing fetched.
 *
 * Stricter than XML 1.0 where a signature has no use for more: processing instructions and `xml:` attributes other
 * than `xml:lang` and `xml:space` are refused. Throws `Malformed`.
 *
 * Source: XML 1.0, Namespaces in XML 1.0; dokumentpakke 15.3.
 */
import { isUtf8 } from "node:buffer"
import { Malformed } from "./ber.ts"

export interface Attribute {
  readonly prefix: string
  readonly local: string
  readonly namespace: string
  readonly value: string
}

export interface Element {
  readonly prefix: string
  readonly local: string
  readonly namespace: string
  readonly attributes: ReadonlyArray<Attribute>
  /** Every namespace in scope by its prefix, "" for the default one; `xml` is left out. */
  readonly scope: ReadonlyMap<string, string>
  readonly children: ReadonlyArray<Element | string>
  readonly parent: Element | undefined
}

const xmlNamespace = "http://www.w3.org/XML/1998/namespace"
const maximumDepth = 64
const maximumElements = 100_000

const nameStart =
  "A-Z_a-z\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u02ff\\u0370-\\u037d\\u037f-\\u1fff\\u200c\\u200d\\u2070-\\u218f" +
  "\\u2c00-\\u2fef\\u3001-\\ud7ff\\uf900-\\ufdcf\\ufdf0-\\ufffd\\u{10000}-\\u{effff}"
const ncName = `[${nameStart}][${nameStart}\\-.0-9\\u00b7\\u0300-\\u036f\\u203f\\u2040]*`
const qName = `(?:(${ncName}):)?(${ncName})`
const startTag = new RegExp(`<${qName}`, "uy")
const endTag = new RegExp(`</${qName}[ \\t\\n]*>`, "uy")
const attributePattern = new RegExp(`[ \\t\\n]+${qName}[ \\t\\n]*=[ \\t\\n]*(?:"([^<"]*)"|'([^<']*)')`, "uy")
const tagEnd = /[ \t\n]*(\/?)>/y
const declaration =
  /^<\?xml[ \t\n]+version[ \t\n]*=[ \t\n]*(?:"1\.0"|'1\.0')(?:[ \t\n]+encoding[ \t\n]*=[ \t\n]*(?:"([A-Za-z0-9._-]+)"|'([A-Za-z0-9._-]+)'))?(?:[ \t\n]+standalone[ \t\n]*=[ \t\n]*(?:"(?:yes|no)"|'(?:yes|no)'))?[ \t\n]*\?>/
const comment = /<!--(?:[^-]|-[^-])*-->/y
const cdata = /<!\[CDATA\[([\s\S]*?)\]\]>/y
const textPattern = /[^<]+/y
const reference = /&(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6})|(amp|lt|gt|quot|apos));|&/g
const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" }
const forbidden = /[^\t\n\r -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u

const fail = (detail: string): never => {
  throw new Malformed(detail)
}

const expand = (raw: string) =>
  !raw.includes("&")
    ? raw
    : raw.replace(reference, (_, decimal?: string, hex?: string, name?: string) => {
        if (name !== undefined) return entities[name]!
        if (decimal === undefined && hex === undefined) return fail("an entity is not one of the five that are known")
        const code = decimal === undefined ? Number.parseInt(hex!, 16) : Number(decimal)
        if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000) || forbidden.test(String.fromCodePoint(code)))
          fail("a character reference is no XML character")
        return String.fromCodePoint(code)
      })

const decode = (bytes: Uint8Array): string => {
  if (!isUtf8(bytes)) fail("the text is not UTF-8")
  const normal = new TextDecoder("utf-8").decode(bytes).replace(/\r\n?/g, "\n")
  return forbidden.test(normal) ? fail("there is a character that XML does not have") : normal
}

type Mutable<A> = { -readonly [Key in keyof A]: A[Key] }
type Building = Mutable<Element> & { children: Array<Element | string>; attributes: Array<Attribute> }

const match = (pattern: RegExp, text: string, offset: number) => {
  pattern.lastIndex = offset
  return pattern.exec(text)
}

const resolve = (scope: ReadonlyMap<string, string>, prefix: string): string =>
  prefix === "xml"
    ? xmlNamespace
    : (scope.get(prefix) ?? (prefix === "" ? "" : fail(`the prefix ${prefix} is not declared`)))

const open = (
  text: string,
  offset: number,
  parent: Element | undefined
): { element: Building; offset: number; empty: boolean } => {
  const start = match(startTag, text, offset) ?? fail("a tag is malformed")
  let next = offset + start[0].length
  const raw: Array<{ readonly prefix: string; readonly local: string; readonly value: string }> = []
  let scope = parent?.scope ?? new Map<string, string>()
  const declared = new Map<string, string>()
  for (let found = match(attributePattern, text, next); found !== null; found = match(attributePattern, text, next)) {
    next += found[0].length
    const [, prefix = "", local = "", double, single] = found
    const value = expand((double ?? single ?? "").replace(/[\t\n]/g, " "))
    const namespacePrefix = prefix === "xmlns" ? local : prefix === "" && local === "xmlns" ? "" : undefined
    if (namespacePrefix === undefined) raw.push({ prefix, local, value })
    else if (declared.has(namespacePrefix)) fail("a namespace is declared twice")
    else if (namespacePrefix === "xml" || namespacePrefix === "xmlns" || (namespacePrefix !== "" && value === ""))
      fail("a namespace declaration is not allowed")
    else declared.set(namespacePrefix, value)
  }
  if (declared.size > 0) scope = new Map([...scope, ...declared])
  const end = match(tagEnd, text, next) ?? fail("a tag does not end")
  const attributes = raw.map(({ local, prefix, value }) => {
    if (prefix === "xml" && local !== "lang" && local !== "space") fail(`the attribute xml:${local} is not used here`)
    return { prefix, local, value, namespace: prefix === "" ? "" : resolve(scope, prefix) }
  })
  if (new Set(attributes.map(({ local, namespace }) => `${namespace} ${local}`)).size !== attributes.length)
    fail("an attribute occurs twice")
  const prefix = start[1] ?? ""
  return {
    element: { prefix, local: start[2]!, namespace: resolve(scope, prefix), attributes, scope, children: [], parent },
    offset: next + end[0].length,
    empty: end[1] === "/"
  }
}

/** The root element of a document. */
export const parseXml = (bytes: Uint8Array): Element => {
  const text = decode(bytes)
  const prolog = declaration.exec(text)
  const encoding = prolog?.[1] ?? prolog?.[2]
  if (encoding !== undefined && encoding.toUpperCase() !== "UTF-8") fail(`the encoding ${encoding} is not UTF-8`)
  let offset = prolog?.[0].length ?? 0
  let root: Building | undefined
  let current: Building | undefined
  const ancestors: Array<Building> = []
  let elements = 0
  while (offset < text.length) {
    if (text[offset] !== "<") {
      const found = match(textPattern, text, offset)!
      offset += found[0].length
      if (found[0].includes("]]>")) fail("]]> stands in text")
      if (current !== undefined) current.children.push(expand(found[0]))
      else if (/[^ \t\n]/.test(found[0])) fail("there is text outside the root element")
      continue
    }
    const following = text[offset + 1]
    if (following === "?") fail("processing instructions are not used here")
    if (following === "!") {
      const skipped = match(comment, text, offset)
      const section = skipped === null && current !== undefined ? match(cdata, text, offset) : null
      if (section !== null) current!.children.push(section[1]!)
      offset += (skipped ?? section ?? fail("DOCTYPE and other declarations are refused"))[0].length
      continue
    }
    if (following === "/") {
      const end = match(endTag, text, offset) ?? fail("an end tag is malformed")
      if (current === undefined || (end[1] ?? "") !== current.prefix || end[2] !== current.local)
        fail("an end tag does not fit its start tag")
      offset += end[0].length
      current = ancestors.pop()
      continue
    }
    if (current === undefined && root !== undefined) fail("there is more than one root element")
    if (++elements > maximumElements || ancestors.length >= maximumDepth) fail("there are too many elements")
    const opened = open(text, offset, current)
    offset = opened.offset
    if (current === undefined) root = opened.element
    else current.children.push(opened.element)
    if (!opened.empty) {
      if (current !== undefined) ancestors.push(current)
      current = opened.element
    }
  }
  if (current !== undefined) fail("the document ends inside an element")
  return root ?? fail("there is no element")
}

/** Child elements, in order. */
export const elementsOf = (element: Element): ReadonlyArray<Element> =>
  element.children.filter((child) => typeof child !== "string")

export const childrenNamed = (element: Element, namespace: string, local: string): ReadonlyArray<Element> =>
  elementsOf(element).filter((child) => child.namespace === namespace && child.local === local)

/** The one child of that name. */
export const onlyChild = (element: Element, namespace: string, local: string): Element => {
  const found = childrenNamed(element, namespace, local)
  return found.length === 1 ? found[0]! : fail(`${element.local} should have one ${local}, and has ${found.length}`)
}

/** The text of an element that has no elements inside. */
export const textOf = (element: Element): string => {
  if (elementsOf(element).length > 0) fail(`${element.local} should hold text alone`)
  return element.children.join("")
}

/** An attribute without a namespace. */
export const attributeOf = (element: Element, local: string): string | undefined =>
  element.attributes.find((attribute) => attribute.namespace === "" && attribute.local === local)?.value

/** The element and all below it, in document order. */
export const descendants = function* (element: Element): Generator<Element> {
  yield element
  for (const child of elementsOf(element)) yield* descendants(child)
}
