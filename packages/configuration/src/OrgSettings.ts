import { organisasjonsnummer, truth } from "./internal/kinds.ts"
import { defaulted, required, type Values } from "./internal/table.ts"
import { orgKeystoreTable } from "./KeystoreSettings.ts"

export const orgTable = {
  number: required(
    "difi.move.org.number",
    organisasjonsnummer,
    "difi.move.org.number is not set. This property is required."
  ),
  keystore: orgKeystoreTable,
  allowSyntheticIdentifiers: defaulted("difi.move.identifier.synthetic.allow", truth, "false", {
    staging: "true",
    dev: "true"
  })
} as const

/** The organisation itself, and the certificate it signs and opens with. Source: nextmove-api 8.2. */
export type OrgSettings = Values<typeof orgTable>
