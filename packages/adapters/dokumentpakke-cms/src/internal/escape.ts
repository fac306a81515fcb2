/**
 * Characters that XML wants written otherwise.
 *
 * Source: dokumentpakke 4; Canonical XML 1.0, section 2.3.
 */
const textEntities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;" }
const attributeEntities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\t": "&#x9;",
  "\n": "&#xA;",
  "\r": "&#xD;"
}

/** Text between tags, as Canonical XML has it. */
export const text = (value: string) => value.replace(/[&<>\r]/g, (character) => textEntities[character]!)

/** An attribute value between double quotes. */
export const attribute = (value: string) => value.replace(/[&<>"\t\n\r]/g, (character) => attributeEntities[character]!)

/** An attribute value as Canonical XML has it: `>` stays. */
export const canonicalAttribute = (value: string) =>
  value.replace(/[&<"\t\n\r]/g, (character) => attributeEntities[character]!)
