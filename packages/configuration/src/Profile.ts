/** The environments of eFormidling that have addresses and defaults of their own. */
export const profiles = ["production", "staging", "dev"] as const
export type Profile = (typeof profiles)[number]

/**
 * The profile a value of `spring.profiles.active` chooses: the last one named that is known, as later profiles override
 * earlier ones; `undefined` when none is.
 *
 * Source: nextmove-api 8.1.
 */
export const fromActiveProfiles = (active: string): Profile | undefined =>
  active
    .split(",")
    .map((name) => profiles.find((profile) => profile === name.trim()))
    .findLast((profile) => profile !== undefined)
