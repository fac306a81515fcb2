/** The published JSON schemas of DPI, and what they say of a message. */
import { Ajv } from "ajv"
import formats from "ajv-formats"
import * as shared from "./shared.test.support.ts"

const load = () => {
  const ajv = new Ajv({ strict: false, allErrors: false })
  formats.default(ajv)
  for (const path of [...shared.files("schemas/dpi/common"), ...shared.files("schemas/dpi")]) {
    ajv.addSchema(shared.json(path) as object)
  }
  return ajv
}

let loaded: Ajv | undefined

/** What is wrong with a message by the schema of its type; undefined when it is valid. */
export const fault = (type: string, message: unknown): string | undefined => {
  loaded ??= load()
  const validate = loaded.getSchema(`https://docs.digdir.no/schemas/dpi/${type}.schema.json`)
  if (validate === undefined) return `no schema is published for ${type}`
  return validate(message) === true ? undefined : loaded.errorsText(validate.errors ?? [])
}
