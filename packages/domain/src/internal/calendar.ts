const shape = /^(\d{4})-(\d{2})-(\d{2})$/

/** Days in a month of the Gregorian calendar, January being 1. */
const daysIn = (year: number, month: number): number => {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}

/** Whether a text is a day that exists, `yyyy-MM-dd`. JavaScript's own parser takes 30 February for 2 March. */
export const isDay = (text: string): boolean => {
  const match = shape.exec(text)
  if (match === null) return false
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])]
  return month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month)
}
