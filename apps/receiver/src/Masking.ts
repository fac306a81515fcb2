/** Replaces every run of eleven digits or more, which may be a fødselsnummer. Source: nextmove-api 8.5. */
export const masked = (text: string): string => text.replace(/\d{11,}/g, "**********")
