/**
 * `eformidling dokumentpakke inspect`: what a file is, and whether it is valid.
 */
import { Effect } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import * as InspectJws from "./InspectJws.ts"
import * as InspectPackage from "./InspectPackage.ts"
import { keyFlags, keyOf } from "./KeyFlags.ts"
import * as Opener from "./Opener.ts"
import * as Report from "./Report.ts"
import { timeOf, trustFlags, trustOf } from "./TrustFlags.ts"

/** Judges a file and prints what was found. Ends with 0 for valid, 1 for not valid, 2 where it could not be judged. */
export const inspect = Command.make(
  "inspect",
  {
    file: Argument.File("file").pipe(Argument.withDescription("The package, encrypted or not, or the message")),
    flavour: Flag.Literals("flavour", ["dpi", "dpo", "dpe", "dph", "cms", "jws"]).pipe(
      Flag.withDescription("What the file should be; cms for an envelope around anything, jws for a DPI message")
    ),
    ...keyFlags,
    ...trustFlags,
    dokumentpakke: Flag.File("package").pipe(
      Flag.withDescription("For jws: the encrypted dokumentpakke that came with the message"),
      Flag.optional
    ),
    json: Flag.Boolean("json").pipe(Flag.withDescription("Print JSON"), Flag.withDefault(false))
  },
  Effect.fn("inspect")(function* (input) {
    const { dokumentpakke, file, flavour, json } = input
    const key = yield* keyOf(input)
    const trust = yield* trustOf(input)
    const at = timeOf(input)
    const report =
      flavour === "jws"
        ? InspectJws.inspect(file, { key, trust, at, dokumentpakke })
        : Effect.provide(InspectPackage.inspect(file, flavour, key, { at }), Opener.layer(trust, key))
    yield* Report.print(yield* report, json)
  })
).pipe(
  Command.withDescription("Judge a dokumentpakke or a signed message: entries, signer, and every rule that failed"),
  Command.withExamples([
    {
      command: "eformidling dokumentpakke inspect asic.cms --flavour dpe --keystore own.p12 --trust root.pem",
      description: "Judge an encrypted package with the key of a keystore"
    },
    {
      command: "eformidling dokumentpakke inspect sbd.jwt --flavour jws --package asic.cms --trust root.pem --json",
      description: "Judge a DPI message together with its package"
    }
  ])
)
