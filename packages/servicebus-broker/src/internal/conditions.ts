/** AMQP error conditions the broker answers with. Source: servicebus-amqp 10. */
export const condition = {
  decodeError: "amqp:decode-error",
  detachForced: "amqp:link:detach-forced",
  entityDisabled: "com.microsoft:entity-disabled",
  internalError: "amqp:internal-error",
  messageLockLost: "com.microsoft:message-lock-lost",
  messageNotFound: "com.microsoft:message-not-found",
  messageSizeExceeded: "amqp:link:message-size-exceeded",
  notAllowed: "amqp:not-allowed",
  notFound: "amqp:not-found",
  notImplemented: "amqp:not-implemented",
  resourceLimitExceeded: "amqp:resource-limit-exceeded",
  serverBusy: "com.microsoft:server-busy",
  unauthorizedAccess: "amqp:unauthorized-access"
} as const

/** Why the broker refuses something, as the peer is told. */
export interface Refusal {
  readonly condition: string
  readonly description: string
}

export const lockLost: Refusal = {
  condition: condition.messageLockLost,
  description:
    "The lock supplied is invalid. Either the lock expired, or the message has already been removed from the queue."
}

export const notStored: Refusal = { condition: condition.internalError, description: "The change could not be stored." }
