/**
 * Why a keystore did not give a business certificate. Every reason is for an operator: nothing here
 * goes away by trying again.
 */
import { Schema } from "effect"

/** The keystore is not where the setting says, or cannot be read. */
export class KeystoreNotFound extends Schema.TaggedError<KeystoreNotFound>()("KeystoreNotFound", {
  path: Schema.String,
  cause: Schema.Defect()
}) {
  override get message() {
    return `No keystore can be read at ${this.path}. Check the path, and that this user may read the file.`
  }
}

/** The keystore does not open with the password given. */
export class WrongPassword extends Schema.TaggedError<WrongPassword>()("WrongPassword", {
  path: Schema.String
}) {
  override get message() {
    return `The keystore ${this.path} does not open with the password given.`
  }
}

/** The keystore opens, but the private key inside has another password. */
export class WrongKeyPassword extends Schema.TaggedError<WrongKeyPassword>()("WrongKeyPassword", {
  path: Schema.String,
  alias: Schema.String
}) {
  override get message() {
    return `The keystore ${this.path} opens, but the private key of alias "${this.alias}" has another password. Set the key password.`
  }
}

/** No private key has the alias asked for, or several have none to choose by. */
export class AliasNotFound extends Schema.TaggedError<AliasNotFound>()("AliasNotFound", {
  path: Schema.String,
  alias: Schema.String,
  available: Schema.Array(Schema.String)
}) {
  override get message() {
    const found =
      this.available.length === 0 ? "no private keys" : this.available.map((alias) => `"${alias}"`).join(", ")
    const asked = this.alias === "" ? "No alias is set" : `There is no private key with alias "${this.alias}"`
    return `${asked}. The keystore ${this.path} has ${found}.`
  }
}

/** The file is something else than its type says, or of a type that is not read. */
export class UnsupportedKeystore extends Schema.TaggedError<UnsupportedKeystore>()("UnsupportedKeystore", {
  path: Schema.String,
  type: Schema.String,
  detail: Schema.String
}) {
  override get message() {
    return `The keystore ${this.path} cannot be read as ${this.type}: ${this.detail}`
  }
}

/** The private key and the certificate do not belong together, or the key is no RSA key of at least 2048 bits. */
export class UnusableKey extends Schema.TaggedError<UnusableKey>()("UnusableKey", {
  path: Schema.String,
  alias: Schema.String,
  detail: Schema.String
}) {
  override get message() {
    return `The key of alias "${this.alias}" in the keystore ${this.path} cannot be used: ${this.detail}`
  }
}

/** No business certificate could be had from the keystore; `reason` says what to set right. */
export class KeystoreError extends Schema.TaggedError<KeystoreError>()("KeystoreError", {
  reason: Schema.Union([
    KeystoreNotFound,
    WrongPassword,
    WrongKeyPassword,
    AliasNotFound,
    UnsupportedKeystore,
    UnusableKey
  ])
}) {
  override get message() {
    return this.reason.message
  }
}
