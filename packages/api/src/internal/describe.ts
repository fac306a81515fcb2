import { Predicate } from "effect"

type Json = Readonly<Record<string, unknown>>

const integers: ReadonlySet<unknown> = new Set(["page", "size", "id", "securityLevel"])

/** Numbers arrive as text, but are no less numbers to whoever reads the description. */
const parameter = (described: unknown): unknown =>
  Predicate.isObject(described) && "name" in described && integers.has(described.name)
    ? { ...described, schema: { type: "integer", format: "int32" } }
    : described

const walk = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(walk)
  return Predicate.isObject(value) ? walkMembers(value) : value
}

const walkMembers = (value: object): Json =>
  Object.fromEntries(
    Object.entries(value)
      .filter(([name, member]) => !(name === "additionalProperties" && member === false))
      .map(([name, member]: [string, unknown]) => [
        name,
        name === "parameters" && Array.isArray(member) ? member.map((item) => parameter(walk(item))) : walk(member)
      ])
  )

/**
 * Finishes the generated description: unknown members are let through, parameters that are numbers say so, and Basic
 * authentication is named although a server may go without.
 */
export const describe = (spec: Json): Record<string, unknown> => {
  const walked = walkMembers(spec)
  const components = Predicate.isObject(walked["components"]) ? walked["components"] : {}
  return {
    ...walked,
    components: { ...components, securitySchemes: { basic: { type: "http", scheme: "basic" } } },
    security: [{}, { basic: [] }]
  }
}
