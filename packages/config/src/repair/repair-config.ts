import type { EditPlan } from "../edit/plan-edit.ts";
import { planMainFile } from "../edit/plan-main-file.ts";
import { losses } from "../edit/losses.ts";
import { type Env, isTruthy } from "../environment.ts";
import { ConfigError } from "../errors.ts";
import { migrateLegacy } from "../legacy/migrate-legacy.ts";
import { loadConfigWith } from "../load-config.ts";
import type { Paths } from "../paths.ts";
import { issueLine } from "../show/invalid-config.ts";
import type { LoadedConfig } from "../snapshot.ts";
import { patchConfigText } from "../write/patch-config-text.ts";
import { unknownKeys } from "./unknown-keys.ts";

export interface PlanRepairOptions {
  /** A configuration that was read and is invalid. */
  readonly loaded: LoadedConfig;
  readonly paths: Paths;
  /** Environment of the process. */
  readonly env: Env;
  /** Drops keys although much of the file goes with them (T-CFG-09). @default false */
  readonly force?: boolean;
}

/** A repair that may be written, or why a person has to mend the file. */
export type RepairPlanning =
  | {
      readonly ok: true;
      readonly plan: EditPlan;
      /** The changes for people, one sentence each; names of keys, never a value. */
      readonly notes: readonly string[];
    }
  | {
      readonly ok: false;
      readonly reason: string;
      /** It can be made when it is meant. */
      readonly needsForce: boolean;
    };

/**
 * Decides what makes an invalid file valid without anybody's opinion: old keys are moved to where they belong now, keys
 * that mean nothing go. Nothing is planned unless the whole result is valid.
 *
 * Docs: doctor.md#repairs
 */
export async function planRepair(options: PlanRepairOptions): Promise<RepairPlanning> {
  const { loaded, paths, env } = options;
  if (isTruthy(env["OPENCLAW_NIX_MODE"])) return refuse("it is managed from outside (OPENCLAW_NIX_MODE)");
  if (loaded.parsed === null) return refuse(loaded.issues[0]?.message ?? "it cannot be read");
  if (loaded.includes.length > 0)
    return refuse("it has $include, and which file is to change is not ours to say");
  const file = paths.configPath;
  const read = (text: string) => loadConfigWith({ paths, env }, [{ file, text }]);
  try {
    const migration = migrateLegacy(loaded.written);
    const migrated = await patchConfigText(loaded.raw ?? "", migration.changes);
    const before = await read(migrated);
    const unknown = unknownKeys(before.resolved).map(({ path }) => path);
    const removals = unknown.map((path) => ({ path, value: undefined }));
    const text = await patchConfigText(migrated, removals);
    const after = await read(text);
    if (!after.valid)
      return refuse(
        `something else is wrong too: ${after.issues.map((issue) => issueLine(issue)).join("; ")}`,
      );
    const lost = options.force === true ? [] : losses(before.resolved, after.resolved);
    if (lost.length > 0) return refuse(lost.map(({ message }) => message).join(", "), true);
    const notes = [
      ...migration.notes,
      ...unknown.map((path) => `Removed ${path.join(".")}, which is no setting.`),
    ];
    return { ok: true, plan: planMainFile(loaded, after, text), notes };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return refuse(error.message);
  }
}

function refuse(reason: string, needsForce = false): RepairPlanning {
  return { ok: false, reason, needsForce };
}
