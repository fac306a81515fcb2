import { Array, Context, Effect, Result } from "effect"
import { type DatasourceSettings, datasourceTable, joinDatasource } from "./DatasourceSettings.ts"
import { type DpiSettings, dpiTable } from "./DpiSettings.ts"
import { type FeatureSettings, featureTable } from "./FeatureSettings.ts"
import * as rules from "./internal/rules.ts"
import { defaultSources, type Finding, readTable, withoutConsequences } from "./internal/table.ts"
import { type MaskinportenSettings, maskinportenTable } from "./MaskinportenSettings.ts"
import { type NextMoveSettings, nextMoveTable } from "./NextMoveSettings.ts"
import { type OrgSettings, orgTable } from "./OrgSettings.ts"
import type { Profile } from "./Profile.ts"
import { type RegistrySettings, registryTable } from "./RegistrySettings.ts"
import { type ServerSettings, serverTable } from "./ServerSettings.ts"
import { type Problem, SettingsError } from "./SettingsError.ts"
import { source, type Sources } from "./Sources.ts"

/** Every property we read. */
export const table = {
  server: serverTable,
  org: orgTable,
  feature: featureTable,
  registry: registryTable,
  maskinporten: maskinportenTable,
  dpi: dpiTable,
  nextMove: nextMoveTable,
  datasource: datasourceTable
} as const

/** All settings of an integrasjonspunkt, read and judged. */
export class Settings extends Context.Service<
  Settings,
  {
    readonly profile: Profile
    readonly server: ServerSettings
    readonly org: OrgSettings
    readonly feature: FeatureSettings
    readonly registry: RegistrySettings
    readonly maskinporten: MaskinportenSettings
    readonly dpi: DpiSettings
    readonly nextMove: NextMoveSettings
    readonly datasource: DatasourceSettings
  }
>()("@eformidling/configuration/Settings") {}

const findingsOf = (read: Result.Result<unknown, ReadonlyArray<Finding>>): ReadonlyArray<Finding> =>
  Result.isFailure(read) ? read.failure : []

/** What a rule finds, provided all it looks at could be read. */
const judge = <A>(
  read: Result.Result<A, ReadonlyArray<Finding>>,
  rule: (settings: A) => ReadonlyArray<Problem>
): ReadonlyArray<Finding> =>
  Result.isSuccess(read) ? rule(read.success).map((problem) => ({ problem, dueTo: undefined })) : []

/** The sources with our defaults behind them. */
export const withDefaults = (sources: Sources): Sources => ({
  ...sources,
  sources: [...sources.sources, ...defaultSources(table, sources.profile)]
})

/** Reads all settings from the sources and our defaults; fails with everything that is missing or wrong, at once. */
export const load = (sources: Sources): Effect.Effect<Settings["Service"], SettingsError> => {
  const complete = withDefaults(sources)
  const server = readTable(serverTable, complete)
  const org = readTable(orgTable, complete)
  const feature = readTable(featureTable, complete)
  const registry = readTable(registryTable, complete)
  const maskinporten = readTable(maskinportenTable, complete)
  const dpi = readTable(dpiTable, complete)
  const nextMove = readTable(nextMoveTable, complete)
  const stored = readTable(datasourceTable, complete)
  const serviceBus = Result.map(nextMove, (settings) => settings.serviceBus)

  const problems = withoutConsequences([
    ...[server, org, feature, registry, maskinporten, dpi, nextMove, stored].flatMap(findingsOf),
    ...judge(server, rules.login),
    ...judge(server, rules.tls),
    ...judge(org, rules.keystore),
    ...judge(Result.all({ feature, maskinporten, serviceBus }), rules.serviceBusKey),
    ...judge(Result.all({ feature, dpi }), rules.corner2)
  ])
  if (Array.isReadonlyArrayNonEmpty(problems)) return Effect.fail(new SettingsError({ problems }))
  const { profile } = sources
  const datasource = Result.map(stored, joinDatasource)
  return Effect.fromResult(
    Result.all({ server, org, feature, registry, maskinporten, dpi, nextMove, datasource })
  ).pipe(
    Effect.orDie,
    Effect.map((settings) => Settings.of({ ...settings, profile }))
  )
}

/** Reads settings from pairs of Java name and value alone, for instance the sandbox's. */
export const fromRecord = (
  properties: Readonly<Record<string, string>>,
  profile: Profile
): Effect.Effect<Settings["Service"], SettingsError> =>
  load({ sources: [source(Object.entries(properties), "the given properties")], profile, notices: [] })
