/**
 * The form in which all spellings of a property are one: its letters and digits, lower case.
 *
 * `difi.move.nextmove.serviceBus.baseUrl`, `difi.move.nextmove.service-bus.base-url` and
 * `DIFI_MOVE_NEXTMOVE_SERVICEBUS_BASEURL` are `difimovenextmoveservicebusbaseurl`. An element of a list is the list's form
 * and its index: `x.list[0]`, `X_LIST_0` and `X_LIST_0_` are `xlist0`.
 *
 * Source: nextmove-api 8.1.
 */
export const canonical = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "")

/** How a property is written in the environment: `DIFI_MOVE_NEXTMOVE_SERVICEBUS_BASEURL`. */
export const environmentVariable = (property: string): string =>
  property
    .replace(/-/g, "")
    .replace(/[^\p{L}\p{N}]+/gu, "_")
    .replace(/_$/, "")
    .toUpperCase()
