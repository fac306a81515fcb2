/** Remembers what was made for the `limit` keys used last. */
export const statementCache = <A>(limit: number, make: (key: string) => A): ((key: string) => A) => {
  const kept = new Map<string, A>()
  return (key) => {
    const found = kept.get(key)
    const value = found ?? make(key)
    if (found !== undefined) kept.delete(key)
    kept.set(key, value)
    if (kept.size > limit) {
      for (const oldest of kept.keys()) {
        kept.delete(oldest)
        break
      }
    }
    return value
  }
}
