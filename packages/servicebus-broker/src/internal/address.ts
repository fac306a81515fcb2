const deadLetterSuffix = "/$deadletterqueue"
const managementSuffix = "/$management"

/** What an AMQP address, a URL path or a token's resource names. */
export interface Address {
  /** The queue, in the letters it was given. */
  readonly queue: string
  readonly deadLetters: boolean
  readonly management: boolean
  /** The whole path in lower case, for comparing. */
  readonly key: string
}

/** The address of a queue's dead-letter sub-queue. */
export const deadLettersOf = (queue: string): string => `${queue}/$DeadLetterQueue`

/** Reads `queue`, `/queue` and `amqps://host/queue`, with their sub-queues, whatever the letter case. */
export const parseAddress = (text: string): Address => {
  const path = text.replace(/^[a-z]+:\/\/[^/]*/i, "").replace(/^\/+|\/+$/g, "")
  const key = path.toLowerCase()
  const management = key.endsWith(managementSuffix)
  const entity = management ? path.slice(0, -managementSuffix.length) : path
  const deadLetters = entity.toLowerCase().endsWith(deadLetterSuffix)
  return { queue: deadLetters ? entity.slice(0, -deadLetterSuffix.length) : entity, deadLetters, management, key }
}
