/** Scopes of the client that asks the service registry, in the order of the channels. Source: dpi 7.6. */
const scopesOf = {
  DPE: ["eformidling:dpe"],
  DPI: [
    "eformidling:dpi",
    "digitalpostinnbygger:send",
    "global/kontaktinformasjon.read",
    "global/sikkerdigitalpost.read",
    "global/varslingsstatus.read",
    "global/sertifikat.read",
    "global/navn.read",
    "global/postadresse.read"
  ]
} as const

/** What to ask Maskinporten for, by the channels in use. */
export const registryScopes = (enabled: { readonly DPE: boolean; readonly DPI: boolean }): ReadonlyArray<string> => [
  ...(enabled.DPE ? scopesOf.DPE : []),
  ...(enabled.DPI ? scopesOf.DPI : [])
]
