/**
 * What an operator does about a grant that Maskinporten refused.
 *
 * Source: dpi 7.4.
 */

/** What the grant was about, for the advice to name. */
export interface Subject {
  readonly clientId: string
  readonly audience: string
  readonly scopes: ReadonlyArray<string>
  /** The organisation the client belongs to. */
  readonly own: string
  /** The organisation the token was for. */
  readonly consumer: string
}

const scopeList = ({ scopes }: Subject): string =>
  `${scopes.length === 1 ? "scope" : "scopes"} ${scopes.map((scope) => `"${scope}"`).join(", ")}`

const adviceOf: Readonly<Record<string, (subject: Subject) => string>> = {
  "MP-011": () => "The grant is malformed: check the client id and the scopes in the configuration",
  "MP-012": () => "The grant was used before: it is safe to try again",
  "MP-100": ({ clientId }) =>
    `Check that client "${clientId}" exists in this environment (test and production have clients of their own)`,
  "MP-110": ({ audience }) =>
    `Check the audience "${audience}": it must be this environment's, with the slash at its end`,
  "MP-120": () => "Check that the business certificate is in force and meant for this environment (test or production)",
  "MP-121": () => "The key registered on the client has expired: register a new one",
  "MP-122": ({ clientId, own }) =>
    `The business certificate belongs to another organisation than client "${clientId}": use the certificate of ${own}`,
  "MP-123": () => "The certificate in the grant could not be read: check the keystore",
  "MP-124": () => "The private key does not fit the certificate in the keystore: check the keystore",
  "MP-130": () => "Check this machine's clock: it may be ten seconds wrong at most",
  "MP-200": (subject) =>
    `A ${scopeList(subject)} is not granted to client "${subject.clientId}": ask Digdir to register it on the client`,
  "MP-201": (subject) =>
    `The ${scopeList(subject)} cannot be used by client "${subject.clientId}": its type of integration does not allow it`,
  "MP-250": (subject) =>
    `The organisation ${subject.consumer} has no access to the ${scopeList(subject)}: its owner must give it access`,
  "MP-251": (subject) =>
    `The organisation ${subject.consumer} must delegate the ${scopeList(subject)} to ${subject.own} in Altinn ` +
    "(in tt02.altinn.no for the test environment)"
}

/** Maskinporten's own code in an error description. */
export const codeIn = (description: string): string | undefined => /\bMP-\d{3}\b/.exec(description)?.[0]

/** One or two sentences that say what to do. */
export const advice = (description: string, subject: Subject): string => {
  const known = adviceOf[codeIn(description) ?? ""]
  if (known !== undefined) return known(subject)
  return description.includes("The combination consumer_org in claim and delegation scope")
    ? `Leave out consumer_org for the own organisation ${subject.own}`
    : `Check Maskinporten's address, the audience "${subject.audience}" and client "${subject.clientId}" in the configuration`
}
