/**
 * The shared test vectors, for tests of the command line.
 */
import { Schema } from "effect"
import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

const folder = fileURLToPath(new URL("../../../../../shared/data/vectors/", import.meta.url))

export const hasVectors = existsSync(`${folder}index.json`)

/** For a title: why the test is skipped, when it is. */
export const titled = (title: string) => (hasVectors ? title : `${title} (skipped: there is no ../shared/data)`)

export const vector = (path: string): string => `${folder}${path}`

const Judged = Schema.Struct({
  id: Schema.String,
  flavour: Schema.Literals(["dpi", "dpo", "dpe", "dph", "cms"]),
  file: Schema.String,
  expect: Schema.Literals(["accept", "reject", "either"]),
  stage: Schema.String,
  recipient: Schema.String,
  encrypted: Schema.optionalKey(Schema.String)
})

const Index = Schema.Struct({
  trust: Schema.Struct({ anchors: Schema.Array(Schema.String), intermediates: Schema.Array(Schema.String) }),
  password: Schema.String,
  packages: Schema.Array(
    Schema.Struct({
      id: Schema.String,
      flavour: Schema.Literals(["dpi", "dpo", "dpe", "dph"]),
      signer: Schema.String,
      recipient: Schema.String,
      asice: Schema.Struct({ file: Schema.String }),
      cms: Schema.Struct({ file: Schema.String }),
      entries: Schema.Array(Schema.Struct({ name: Schema.String, size: Schema.Number, sha256: Schema.String }))
    })
  ),
  cms: Schema.Array(
    Schema.Struct({
      id: Schema.String,
      file: Schema.String,
      recipient: Schema.String,
      plaintextSha256: Schema.String,
      expect: Schema.Literals(["accept", "either"])
    })
  ),
  tolerance: Schema.Array(Judged),
  negative: Schema.Array(Judged),
  jws: Schema.Array(
    Schema.Struct({
      id: Schema.String,
      file: Schema.String,
      expect: Schema.Literals(["accept", "reject", "either"]),
      stage: Schema.optionalKey(Schema.String),
      package: Schema.optionalKey(Schema.String)
    })
  ),
  jwe: Schema.Array(
    Schema.Struct({
      id: Schema.String,
      file: Schema.String,
      expect: Schema.Literals(["accept", "reject"]),
      recipient: Schema.String
    })
  )
})

const none: typeof Index.Type = {
  trust: { anchors: [], intermediates: [] },
  password: "",
  packages: [],
  cms: [],
  tolerance: [],
  negative: [],
  jws: [],
  jwe: []
}

export const index: typeof Index.Type = hasVectors
  ? Schema.decodeUnknownSync(Schema.fromJsonString(Index))(readFileSync(`${folder}index.json`, "utf8"))
  : none

/** The flags that trust what the index says is trusted. */
export const trusting: ReadonlyArray<string> = [...index.trust.anchors, ...index.trust.intermediates].flatMap(
  (file) => ["--trust", vector(file)]
)

/** The flags of a key of the vectors, by its id. */
export const keyed = (id: string): ReadonlyArray<string> => ["--key", vector(`keys/${id}.key.pem`)]
