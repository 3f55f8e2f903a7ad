import { checkSettings, envBlock } from "../interpret-config.ts";
import type { Env } from "../environment.ts";
import type { Paths } from "../paths.ts";
import type { LoadedConfig } from "../snapshot.ts";
import { completeEnv } from "../source/dot-env.ts";
import { deepFreeze, isRecord } from "../source/record.ts";
import { type Difference, differences } from "./differences.ts";
import { takeOver } from "./take-over.ts";

/** First key of the paths that stand for variables of `.env` files. */
export const ENV_FILES = ".env";

/** Where two readings of the configuration differ, variables of the `.env` files included. */
export function settingDifferences(before: LoadedConfig, after: LoadedConfig): readonly Difference[] {
  return differences(treeOf(before), treeOf(after));
}

export interface MixOptions {
  readonly paths: Pick<Paths, "home">;
  /** Environment of the process. */
  readonly env: Env;
}

/**
 * The configuration `before` with some of the differences to `after` taken over: what is in force while the rest waits.
 * It is checked as a whole, as a file that says this would be.
 */
export function mixSettings(
  { before, after }: { readonly before: LoadedConfig; readonly after: LoadedConfig },
  leaves: readonly (readonly string[])[],
  { paths, env: processEnv }: MixOptions,
): LoadedConfig {
  const { [ENV_FILES]: variables, ...resolved } = takeOver(treeOf(before), treeOf(after), leaves);
  const fileEnv: Env = isRecord(variables) ? Object.fromEntries(Object.entries(variables).map(asText)) : {};
  const env = completeEnv({ ...processEnv, ...fileEnv }, envBlock(resolved), "config");
  const checked = checkSettings(resolved, paths.home);
  const facts = { ...after, resolved, fileEnv, env };
  return deepFreeze(
    checked.ok
      ? { ...facts, valid: true, config: checked.config, issues: [] }
      : { ...facts, valid: false, config: {}, issues: checked.issues },
  );
}

function treeOf({ resolved, fileEnv }: LoadedConfig): Readonly<Record<string, unknown>> {
  return Object.keys(fileEnv).length === 0 ? resolved : { ...resolved, [ENV_FILES]: fileEnv };
}

function asText([name, value]: readonly [string, unknown]): [string, string] {
  return [name, String(value)];
}
