import type { Env } from "../environment.ts";
import type { Paths } from "../paths.ts";
import { ConfigSchema } from "../schema/config-schema.ts";
import { describeConfig, schemaPart } from "../schema/describe-config.ts";
import { expectation, schemasAt } from "../schema/lookup.ts";
import { type ReloadKind, reloadKind } from "../schema/reload-kinds.ts";
import { getPath } from "../show/config-path.ts";
import { redactValue } from "../show/redact.ts";
import { isSensitivePath } from "../show/sensitive.ts";
import type { LoadedConfig } from "../snapshot.ts";
import { referencedVariables } from "../source/substitute.ts";
import { defaultValue } from "./default-value.ts";
import { inForce, type SettingInForce } from "./in-force.ts";
import { locateSetting } from "./locate-setting.ts";

/** What a setting is, and why. */
export interface ExplainedSetting {
  readonly path: string;
  /** In force at the next start, secrets hidden; absent when nothing is. */
  readonly value?: unknown;
  readonly source: "flag" | "env" | "file" | "include" | "default";
  /** `<file>:<line>`, the name of a variable, or the flag. */
  readonly where?: string;
  /** Variables from which the written value takes a part. */
  readonly variables: readonly string[];
  /** What may stand there, in words. */
  readonly type: string;
  readonly default?: unknown;
  /** What a change asks of a running gateway. */
  readonly reload: ReloadKind;
  readonly sensitive: boolean;
}

export interface ExplainOptions {
  /** A valid configuration. */
  readonly loaded: LoadedConfig;
  readonly paths: Pick<Paths, "auditPath" | "stateDir">;
  readonly path: readonly string[];
  /** Variables that flags of the command line stand for, and the flag of each. @default none */
  readonly flags?: Readonly<Record<string, string>>;
}

/** Says where a setting comes from; undefined when there is no such setting. Docs: configuration.md#explain */
export async function explainSetting(options: ExplainOptions): Promise<ExplainedSetting | undefined> {
  const { loaded, paths, path } = options;
  const standard = defaultValue(path, paths);
  const ruled = inForce(path.join("."), loaded.config, loaded.env);
  const value = ruled?.value ?? getPath(loaded.config, path) ?? standard;
  if (value === undefined && schemaPart((await describeConfig()).schema, path) === undefined)
    return undefined;
  const hide = (shown: unknown) => redactValue(shown, path);
  return {
    path: path.join("."),
    ...(value !== undefined && { value: hide(value) }),
    ...(await originOf(options, ruled)),
    type: expectation(schemasAt(ConfigSchema, path)) || "any",
    ...(standard !== undefined && { default: hide(standard) }),
    reload: reloadKind([path]),
    sensitive: isSensitivePath(path),
  };
}

type Origin = Pick<ExplainedSetting, "source" | "variables" | "where">;

async function originOf(
  { loaded, path, flags = {} }: ExplainOptions,
  ruled: SettingInForce | undefined,
): Promise<Origin> {
  if (ruled?.source === "env") return ofVariable(ruled, loaded.env, flags);
  const written = getPath(loaded.written, path);
  if (written === undefined) return { source: "default", variables: [] };
  const place = await locateSetting(loaded, path);
  const file = place?.file ?? loaded.path;
  return {
    source: file === loaded.path ? "file" : "include",
    where: place?.line === undefined ? file : `${file}:${place.line}`,
    variables: typeof written === "string" ? referencedVariables(written) : [],
  };
}

function ofVariable(
  { variables }: SettingInForce,
  env: Env,
  flags: Readonly<Record<string, string>>,
): Origin {
  const name = variables.find((variable) => env[variable]?.trim());
  const flag = name === undefined ? undefined : flags[name];
  return {
    source: flag === undefined ? "env" : "flag",
    ...(name !== undefined && { where: flag ?? name }),
    variables: [],
  };
}
