const header = "-----BEGIN CERTIFICATE-----"
const footer = "-----END CERTIFICATE-----"

/** A certificate with its header and footer lines, put there when they are missing; empty stays empty. */
export const withLines = (certificate: string): string => {
  const text = certificate.trim()
  if (text === "") return ""
  if (text.startsWith("-----BEGIN")) return `${text}\n`
  const lines = text.replaceAll(/\s+/g, "").match(/.{1,64}/g) ?? []
  return [header, ...lines, footer, ""].join("\n")
}
