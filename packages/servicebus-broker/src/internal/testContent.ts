import type { Content } from "../Message.ts"

/** A message of three bytes. */
export const content = (messageId: string, over: Partial<Content> = {}): Content => ({
  messageId,
  timeToLive: undefined,
  scheduledFor: undefined,
  bytes: Buffer.from("abc"),
  annotations: undefined,
  annotationItems: 0,
  ...over
})
