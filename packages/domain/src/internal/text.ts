/** Whether a text is absent, empty or white space only. */
export const isBlank = (text: string | undefined): boolean => text === undefined || text.trim() === ""

/** Characters as JSON Schema counts them: one outside the basic plane is one, not two. */
export const characters = (text: string): number => [...text].length
