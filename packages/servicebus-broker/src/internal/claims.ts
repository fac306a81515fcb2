import { allows, covers } from "../Sas.ts"
import type { Right } from "../Sas.ts"

interface Claim {
  readonly resource: string
  readonly rights: ReadonlyArray<Right>
  readonly expiresAt: number
}

/** Stands for the host in resources, as a claim counts for the connection's own namespace. */
const resourceOf = (path: string): string =>
  `sb://namespace/${path.replace(/^[a-z]+:\/\/[^/]*/i, "").replace(/^\/+/, "")}`

/** What a connection has proved that it may do. */
export class Claims {
  readonly #claims = new Map<string, Claim>()

  put(name: string, rights: ReadonlyArray<Right>, expiresAt: number): void {
    const resource = resourceOf(name).toLowerCase()
    this.#claims.set(resource, { resource, rights, expiresAt })
  }

  /** Whether a claim that has not expired covers the path with one of these rights. */
  allow(path: string, rights: ReadonlyArray<Right>, now: number): boolean {
    const asked = resourceOf(path)
    for (const claim of this.#claims.values()) {
      if (claim.expiresAt > now && covers(claim.resource, asked) && rights.some((right) => allows(claim.rights, right)))
        return true
    }
    return false
  }
}
