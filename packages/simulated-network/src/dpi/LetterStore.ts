import { DatabaseSync } from "node:sqlite"
import { Effect, Schema, type Scope } from "effect"

/** A letter corner 2 has accepted. Times are epoch milliseconds. */
const Letter = Schema.Struct({
  messageId: Schema.String,
  conversationId: Schema.String,
  /** Organisation number of the databehandler that posted it. */
  sender: Schema.String,
  kanal: Schema.String,
  avsenderidentifikator: Schema.String,
  /** Organisation number of the mailbox supplier or print house. */
  supplier: Schema.String,
  /** The SBD as it was signed. */
  payload: Schema.String,
  /** Empty once the letter has been handed over. */
  dokumentpakke: Schema.Uint8Array,
  acceptedAt: Schema.Int
})
export type Letter = typeof Letter.Type

/** A kvittering waiting for its letter's sender. */
export interface StoredReceipt {
  readonly id: string
  readonly jws: string
  readonly dueAt: number
}

/** Which list a kvittering is found in. */
export interface Mailing {
  /** Organisation number of the databehandler. */
  readonly sender: string
  readonly kanal: string
  readonly avsenderidentifikator: string
}

/** A letter lying in a mailbox, or printed. */
const Delivered = Schema.Struct({
  messageId: Schema.String,
  conversationId: Schema.String,
  supplier: Schema.String,
  /** Mailbox address, or `print`. */
  recipient: Schema.String,
  documents: Schema.fromJsonString(
    Schema.Array(Schema.Struct({ name: Schema.String, size: Schema.Int, sha256: Schema.String }))
  ),
  deliveredAt: Schema.Int
})
export type Delivered = typeof Delivered.Type

const lettersIn = Schema.decodeUnknownSync(Schema.Array(Letter))
const deliveredIn = Schema.decodeUnknownSync(Schema.Array(Delivered))

/** What came of handing a letter over. */
export interface HandOver {
  readonly state: "SENDT" | "FEILET"
  readonly at: number
  readonly delivered: Omit<Delivered, "messageId" | "conversationId" | "deliveredAt"> | undefined
  readonly receipts: ReadonlyArray<StoredReceipt>
}

const schema = `
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
CREATE TABLE IF NOT EXISTS letter (
  messageId TEXT PRIMARY KEY, conversationId TEXT NOT NULL, sender TEXT NOT NULL, kanal TEXT NOT NULL,
  avsenderidentifikator TEXT NOT NULL, supplier TEXT NOT NULL, payload TEXT NOT NULL, dokumentpakke BLOB,
  acceptedAt INTEGER NOT NULL, state TEXT NOT NULL DEFAULT 'OPPRETTET', stateAt INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS letter_waiting ON letter (acceptedAt) WHERE state = 'OPPRETTET';
CREATE TABLE IF NOT EXISTS kvittering (
  id TEXT NOT NULL, sender TEXT NOT NULL, kanal TEXT NOT NULL, avsenderidentifikator TEXT NOT NULL,
  jws TEXT NOT NULL, dueAt INTEGER NOT NULL, read INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS kvittering_unread ON kvittering (dueAt) WHERE read = 0;
CREATE INDEX IF NOT EXISTS kvittering_id ON kvittering (id);
CREATE TABLE IF NOT EXISTS delivered (
  messageId TEXT NOT NULL REFERENCES letter, conversationId TEXT NOT NULL, supplier TEXT NOT NULL,
  recipient TEXT NOT NULL, documents TEXT NOT NULL, deliveredAt INTEGER NOT NULL
);
`

/**
 * What corner 2, the mailboxes and the print house remember, in a file or in memory (`:memory:`).
 *
 * Each call is one durable transaction.
 */
export const open = Effect.fnUntraced(function* (filename: string): Effect.fn.Return<LetterStore, never, Scope.Scope> {
  const database = yield* Effect.acquireRelease(
    Effect.sync(() => new DatabaseSync(filename)),
    (database) => Effect.sync(() => database.close())
  )
  database.exec(schema)
  const statements = {
    has: database.prepare("SELECT 1 FROM letter WHERE messageId = ?"),
    accept: database.prepare(
      `INSERT INTO letter (messageId, conversationId, sender, kanal, avsenderidentifikator, supplier, payload, dokumentpakke, acceptedAt, stateAt)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
    ),
    waiting: database.prepare(
      "SELECT * FROM letter WHERE state = 'OPPRETTET' AND acceptedAt <= ? ORDER BY acceptedAt LIMIT 50"
    ),
    state: database.prepare("UPDATE letter SET state = ?, stateAt = ?, dokumentpakke = x'' WHERE messageId = ?"),
    addReceipt: database.prepare(
      "INSERT INTO kvittering (id, sender, kanal, avsenderidentifikator, jws, dueAt) VALUES (?, ?, ?, ?, ?, ?)"
    ),
    addDelivered: database.prepare(
      "INSERT INTO delivered SELECT messageId, conversationId, ?, ?, ?, ? FROM letter WHERE messageId = ?"
    ),
    statuses: database.prepare("SELECT acceptedAt, state, stateAt FROM letter WHERE messageId = ? AND sender = ?"),
    receipts: database.prepare(
      `SELECT jws FROM kvittering
       WHERE read = 0 AND dueAt <= :now AND sender = :sender AND (:kanal = '' OR kanal = :kanal)
         AND (:avsender = '' OR avsenderidentifikator = :avsender)
       ORDER BY dueAt, rowid LIMIT :limit OFFSET :offset`
    ),
    unread: database.prepare("SELECT id FROM kvittering WHERE read = 0 ORDER BY rowid"),
    accepted: database.prepare("SELECT * FROM letter ORDER BY rowid"),
    markRead: database.prepare("UPDATE kvittering SET read = 1 WHERE id = ? AND sender = ?"),
    delivered: database.prepare("SELECT * FROM delivered ORDER BY rowid")
  }

  const addReceipt = ({ dueAt, id, jws }: StoredReceipt, { avsenderidentifikator, kanal, sender }: Mailing) =>
    statements.addReceipt.run(id, sender, kanal, avsenderidentifikator, jws, dueAt)

  const transaction = <A>(run: () => A): Effect.Effect<A> =>
    Effect.sync(() => {
      database.exec("BEGIN IMMEDIATE")
      const result = run()
      database.exec("COMMIT")
      return result
    })

  return {
    has: (messageId) => Effect.sync(() => statements.has.get(messageId) !== undefined),
    accept: (letter) =>
      Effect.sync(() => {
        statements.accept.run(
          letter.messageId,
          letter.conversationId,
          letter.sender,
          letter.kanal,
          letter.avsenderidentifikator,
          letter.supplier,
          letter.payload,
          letter.dokumentpakke,
          letter.acceptedAt,
          letter.acceptedAt
        )
      }),
    waiting: (acceptedBefore) => Effect.sync(() => lettersIn(statements.waiting.all(acceptedBefore))),
    handOver: (letter, { at, delivered, receipts, state }) =>
      transaction(() => {
        statements.state.run(state, at, letter.messageId)
        for (const receipt of receipts) addReceipt(receipt, letter)
        if (delivered !== undefined) {
          statements.addDelivered.run(
            delivered.supplier,
            delivered.recipient,
            JSON.stringify(delivered.documents),
            at,
            letter.messageId
          )
        }
      }),
    statuses: (messageId, sender) =>
      Effect.sync(() => {
        const row = statements.statuses.get(messageId, sender) as
          | { readonly acceptedAt: number; readonly state: string; readonly stateAt: number }
          | undefined
        if (row === undefined) return undefined
        const created = { status: "OPPRETTET", at: row.acceptedAt }
        return row.state === "OPPRETTET" ? [created] : [created, { status: row.state, at: row.stateAt }]
      }),
    receipts: (query) =>
      Effect.sync(() =>
        statements.receipts
          .all({
            now: query.now,
            sender: query.sender,
            kanal: query.kanal,
            avsender: query.avsenderidentifikator,
            limit: query.limit,
            offset: query.offset
          })
          .map(({ jws }) => String(jws))
      ),
    markRead: (id, sender) => Effect.sync(() => statements.markRead.run(id, sender).changes > 0),
    announce: (receipt, mailing) => Effect.sync(() => void addReceipt(receipt, mailing)),
    unread: Effect.sync(() => statements.unread.all().map(({ id }) => String(id))),
    accepted: Effect.sync(() => lettersIn(statements.accepted.all())),
    delivered: Effect.sync(() => deliveredIn(statements.delivered.all()))
  }
})

export interface LetterStore {
  readonly has: (messageId: string) => Effect.Effect<boolean>
  readonly accept: (letter: Letter) => Effect.Effect<void>
  /** Letters not handed over that were accepted at this time or before. */
  readonly waiting: (acceptedBefore: number) => Effect.Effect<ReadonlyArray<Letter>>
  readonly handOver: (letter: Letter, outcome: HandOver) => Effect.Effect<void>
  /** Undefined when the sender has no such letter. */
  readonly statuses: (
    messageId: string,
    sender: string
  ) => Effect.Effect<ReadonlyArray<{ readonly status: string; readonly at: number }> | undefined>
  /** Unread receipts that are due; an empty `kanal` or `avsenderidentifikator` means any. */
  readonly receipts: (query: {
    readonly now: number
    readonly sender: string
    readonly kanal: string
    readonly avsenderidentifikator: string
    readonly limit: number
    readonly offset: number
  }) => Effect.Effect<ReadonlyArray<string>>
  /** False when the sender has no such receipt. */
  readonly markRead: (id: string, sender: string) => Effect.Effect<boolean>
  /** Adds a receipt that no letter led to. */
  readonly announce: (receipt: StoredReceipt, mailing: Mailing) => Effect.Effect<void>
  /** Ids of receipts that have not been marked as read, due or not. */
  readonly unread: Effect.Effect<ReadonlyArray<string>>
  /** Every letter, oldest first; the package of one that has been handed over is empty. */
  readonly accepted: Effect.Effect<ReadonlyArray<Letter>>
  readonly delivered: Effect.Effect<ReadonlyArray<Delivered>>
}
