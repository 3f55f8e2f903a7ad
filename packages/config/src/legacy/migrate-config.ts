import { saveEdit, type SaveEditOptions } from "../edit/save-edit.ts";
import { ConfigError } from "../errors.ts";
import { MIGRATION } from "../history/journal.ts";
import { type StartFailure, startFailure } from "../settings/start-failures.ts";
import { issueLine } from "../show/invalid-config.ts";
import type { ConfigIssue } from "../snapshot.ts";
import { planMigration, type PlanMigrationOptions } from "./plan-migration.ts";

/** What is needed to migrate: a configuration, and who writes. */
export type MigrateConfigOptions = PlanMigrationOptions & Omit<SaveEditOptions, "paths">;

/** The file says with the keys of today what it said with old ones, or it is as it was and no gateway may start. */
export type ConfigMigration =
  | { readonly ok: true; readonly logLines: readonly string[] }
  | { readonly ok: false; readonly failure: StartFailure };

/**
 * Brings a file that has keys of older releases up to date, when it would be valid then: by the one writer, so with a
 * backup, a journal line, and comments where they are. Call it before watching the files.
 *
 * Docs: configuration.md#old-keys
 */
export async function migrateConfig(options: MigrateConfigOptions): Promise<ConfigMigration> {
  const planning = await planMigration(options);
  if (!planning.ok) return refuse(options, planning);
  try {
    const writer = { ...options.writer, actor: MIGRATION };
    const { logLines } = await saveEdit(planning.plan, { ...options, writer });
    const notes = planning.notes.map((note) => `- ${note}`);
    return { ok: true, logLines: ["gateway: migrated legacy config entries:", ...notes, ...logLines] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return refuse(options, { reason: error.message, issues: options.loaded.legacyIssues });
  }
}

function refuse(
  { paths }: MigrateConfigOptions,
  { reason, issues }: { readonly reason: string; readonly issues: readonly ConfigIssue[] },
): ConfigMigration {
  const hints = [
    `File: ${paths.configPath}`,
    `Problem: ${reason}`,
    ...issues.map((issue) => `- ${issueLine(issue)}`),
  ];
  return { ok: false, failure: startFailure("legacy-config", {}, hints) };
}
