/**
 * Canonical XML of an element and all below it, comments left out.
 *
 * Source: Canonical XML 1.0 and 1.1, Exclusive XML Canonicalization 1.0.
 */
import { Malformed } from "./ber.ts"
import { canonicalAttribute, text } from "./escape.ts"
import { type Attribute, attributeOf, type Element, elementsOf } from "./xml.ts"

interface Method {
  readonly exclusive: boolean
}

/** The methods that are read. `xml:id` and `xml:base`, where 1.0 and 1.1 differ, do not get past the parser. */
const canonicalizationMethods: Readonly<Record<string, Method>> = {
  "http://www.w3.org/TR/2001/REC-xml-c14n-20010315": { exclusive: false },
  "http://www.w3.org/2006/12/xml-c14n11": { exclusive: false },
  "http://www.w3.org/2001/10/xml-exc-c14n#": { exclusive: true }
}

const exclusiveNamespace = "http://www.w3.org/2001/10/xml-exc-c14n#"

const compare = (left: string, right: string) => Buffer.compare(Buffer.from(left), Buffer.from(right))

const compareAttributes = (left: Attribute, right: Attribute) =>
  compare(left.namespace, right.namespace) || compare(left.local, right.local)

const qualified = (prefix: string, local: string) => (prefix === "" ? local : `${prefix}:${local}`)

/** `xml:` attributes of the ancestors, which an inclusive method writes on the outermost element. */
const inherited = (element: Element): ReadonlyArray<Attribute> => {
  const found: Array<Attribute> = []
  for (let ancestor = element.parent; ancestor !== undefined; ancestor = ancestor.parent) {
    for (const attribute of ancestor.attributes) {
      const known = [...found, ...element.attributes].some(
        ({ local, prefix }) => prefix === "xml" && local === attribute.local
      )
      if (attribute.prefix === "xml" && !known) found.push(attribute)
    }
  }
  return found
}

const write = (
  element: Element,
  rendered: ReadonlyMap<string, string>,
  wanted: (element: Element) => Iterable<string>,
  extra: ReadonlyArray<Attribute>,
  out: Array<string>
): void => {
  const now = new Map(rendered)
  const declarations: Array<readonly [string, string]> = []
  for (const prefix of wanted(element)) {
    const namespace = element.scope.get(prefix) ?? ""
    if ((rendered.get(prefix) ?? "") !== namespace && prefix !== "xml") {
      declarations.push([prefix, namespace])
      now.set(prefix, namespace)
    }
  }
  declarations.sort(([left], [right]) => compare(left, right))
  const name = qualified(element.prefix, element.local)
  out.push("<", name)
  for (const [prefix, namespace] of declarations) {
    out.push(" ", prefix === "" ? "xmlns" : `xmlns:${prefix}`, '="', canonicalAttribute(namespace), '"')
  }
  for (const attribute of [...element.attributes, ...extra].sort(compareAttributes)) {
    out.push(" ", qualified(attribute.prefix, attribute.local), '="', canonicalAttribute(attribute.value), '"')
  }
  out.push(">")
  for (const child of element.children) {
    if (typeof child === "string") out.push(text(child))
    else write(child, now, wanted, [], out)
  }
  out.push("</", name, ">")
}

const visiblyUsed = (listed: ReadonlyArray<string>) => (element: Element) =>
  new Set([
    element.prefix,
    ...element.attributes.flatMap(({ prefix }) => (prefix === "" ? [] : [prefix])),
    ...listed.filter((prefix) => element.scope.has(prefix))
  ])

/**
 * The octets of `element` under the method that `method` names in its `Algorithm` attribute. Throws `Malformed` for an
 * unknown method.
 */
export const canonicalize = (element: Element, method: Element | undefined): Uint8Array => {
  const algorithm =
    method === undefined ? "http://www.w3.org/TR/2001/REC-xml-c14n-20010315" : (attributeOf(method, "Algorithm") ?? "")
  const known = canonicalizationMethods[algorithm]
  if (known === undefined) throw new Malformed(`the canonicalization ${algorithm} is not known`)
  const parameters = method === undefined ? [] : elementsOf(method)
  if (parameters.length > 0 && !known.exclusive) throw new Malformed("the canonicalization takes no parameters")
  const out: Array<string> = []
  if (known.exclusive) {
    const listed = parameters.flatMap((parameter) => {
      if (parameter.namespace !== exclusiveNamespace || parameter.local !== "InclusiveNamespaces")
        throw new Malformed("a parameter of the canonicalization is not known")
      return (attributeOf(parameter, "PrefixList") ?? "")
        .split(/\s+/)
        .filter((prefix) => prefix !== "")
        .map((prefix) => (prefix === "#default" ? "" : prefix))
    })
    write(element, new Map(), visiblyUsed(listed), [], out)
  } else {
    write(element, new Map(), ({ scope }) => [...scope.keys()], inherited(element), out)
  }
  return Buffer.from(out.join(""), "utf8")
}
