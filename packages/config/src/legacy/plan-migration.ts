import type { EditPlan } from "../edit/plan-edit.ts";
import { planMainFile } from "../edit/plan-main-file.ts";
import { type Env, isTruthy } from "../environment.ts";
import { ConfigError } from "../errors.ts";
import { loadConfigWith } from "../load-config.ts";
import type { Paths } from "../paths.ts";
import type { ConfigIssue, LoadedConfig } from "../snapshot.ts";
import { newerWriter } from "../version.ts";
import { patchConfigText } from "../write/patch-config-text.ts";
import { migrateLegacy } from "./migrate-legacy.ts";

export interface PlanMigrationOptions {
  /** A configuration with `legacyIssues`. */
  readonly loaded: LoadedConfig;
  readonly paths: Paths;
  /** Environment of the process. */
  readonly env: Env;
}

/** A migration that may be written, or why the file has to be changed by hand. */
export type MigrationPlanning =
  | { readonly ok: true; readonly plan: EditPlan; readonly notes: readonly string[] }
  | { readonly ok: false; readonly reason: string; readonly issues: readonly ConfigIssue[] };

/**
 * Decides what the file says with the keys of today, without writing. Nothing is planned unless the whole result is valid;
 * a configuration of several files, or one that is managed from outside, is its operator's to change.
 *
 * Docs: configuration.md#old-keys
 */
export async function planMigration(options: PlanMigrationOptions): Promise<MigrationPlanning> {
  const { loaded, paths, env } = options;
  const obstacle = obstacleOf(options);
  if (obstacle !== undefined) return { ok: false, reason: obstacle, issues: loaded.legacyIssues };
  const { changes, notes } = migrateLegacy(loaded.written);
  const file = paths.configPath;
  try {
    const text = await patchConfigText(loaded.raw ?? "", changes);
    const after = await loadConfigWith({ paths, env }, [{ file, text }]);
    if (!after.valid) return { ok: false, reason: "the result would not be valid", issues: placeless(after) };
    return { ok: true, plan: planMainFile(loaded, after, text), notes };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { ok: false, reason: error.message, issues: loaded.legacyIssues };
  }
}

function obstacleOf({ loaded, env }: PlanMigrationOptions): string | undefined {
  if (isTruthy(env["OPENCLAW_NIX_MODE"])) return "the file is managed from outside (OPENCLAW_NIX_MODE)";
  if (loaded.includes.length > 0) return "the configuration has $include";
  const newer = newerWriter(loaded.resolved);
  return newer === undefined ? undefined : `the file was last written by a newer OpenClaw (${newer})`;
}

/** Lines of a text that is never written would lead nowhere. */
function placeless({ issues }: Pick<LoadedConfig, "issues">): readonly ConfigIssue[] {
  return issues.map(({ path, message }) => ({ path, message }));
}
