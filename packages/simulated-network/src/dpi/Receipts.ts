/**
 * Kvitteringer as mailbox suppliers and the print house write and sign them.
 *
 * Source: dpi 2.5, 3.4.
 */
import * as DpiMessage from "@eformidling/domain/dpi/DpiMessage"
import * as SbdDateTime from "@eformidling/domain/SbdDateTime"
import type { BusinessCertificate } from "@eformidling/port-dokumentpakke/BusinessCertificate"
import { type DateTime, Effect, Redacted } from "effect"
import { CompactSign } from "jose"
import { createPrivateKey, randomUUID } from "node:crypto"

/** What a kvittering says. */
export interface Draft {
  /** `leveringskvittering` and so on; any other type has the body of those. */
  readonly type: string
  readonly conversationId: string
  /** Bare organisation number of whom it is for. */
  readonly receiver: string
  readonly process: "digital" | "utskrift"
  /** When what it tells of came about. */
  readonly at: DateTime.DateTime
  /** Members of the body besides those that every kvittering has. */
  readonly more?: Readonly<Record<string, unknown>> | undefined
  /** The whole body, in place of what every kvittering has. */
  readonly body?: Readonly<Record<string, unknown>> | undefined
  /** The document type as it is to be spelt. */
  readonly standard?: ((usual: string) => string) | undefined
}

/** A kvittering, signed. */
export interface Signed {
  readonly id: string
  readonly jws: string
}

const partner = (organisasjonsnummer: string) => ({
  authority: "iso6523-actorid-upis",
  value: `0192:${organisasjonsnummer}`
})

const standardOf = (type: string) => DpiMessage.standardOf("feil").replace(":schema:feil::", `:schema:${type}::`)

const messageOf = (id: string, draft: Draft, supplier: string) => ({
  standardBusinessDocument: {
    standardBusinessDocumentHeader: {
      headerVersion: "1.0",
      sender: [{ identifier: partner(supplier) }],
      receiver: [{ identifier: partner(draft.receiver) }],
      documentIdentification: {
        standard: (draft.standard ?? ((usual) => usual))(standardOf(draft.type)),
        typeVersion: "1.0",
        instanceIdentifier: id,
        type: draft.type,
        creationDateAndTime: SbdDateTime.format(draft.at)
      },
      businessScope: {
        scope: [
          {
            type: "ConversationId",
            instanceIdentifier: draft.conversationId,
            identifier: DpiMessage.processOf(draft.process),
            scopeInformation: []
          }
        ]
      }
    },
    [draft.type]: draft.body ?? {
      avsender: { virksomhetsidentifikator: partner(supplier) },
      mottaker: { virksomhetsidentifikator: partner(draft.receiver) },
      tidspunkt: SbdDateTime.format(draft.at),
      ...draft.more
    }
  }
})

/** The same text with another signature under it. */
export const spoilt = (jws: string): string => {
  const at = jws.lastIndexOf(".") + 1
  const signature = Buffer.from(jws.slice(at), "base64url")
  signature[0]! ^= 1
  return `${jws.slice(0, at)}${signature.toString("base64url")}`
}

/** Writes and signs kvitteringer for one supplier, RS512. */
export const writer = (supplier: string, certificate: BusinessCertificate["Service"]) => {
  const key = createPrivateKey(Redacted.value(certificate.privateKey))
  const x5c = [Buffer.from(certificate.chain[0]).toString("base64")]
  return Effect.fnUntraced(function* (draft: Draft) {
    const id = yield* Effect.sync(randomUUID)
    const payload = Buffer.from(JSON.stringify(messageOf(id, draft, supplier)))
    const jws = yield* Effect.promise(() =>
      new CompactSign(payload).setProtectedHeader({ x5c, alg: "RS512" }).sign(key)
    )
    const signed: Signed = { id, jws }
    return signed
  })
}
