import {
  getPath,
  isTruthy,
  issueLine,
  isUnknownKey,
  planRepair,
  type RepairPlanning,
  saveEdit,
  unknownKeys,
} from "@openclaw/config";

import { previousTexts } from "../../config/history-entry.ts";
import { plan } from "../../config/save.ts";
import type { CommandContext } from "../../context.ts";
import type { Examination } from "../examination.ts";
import { finding, type Finding } from "../finding.ts";
import { ownWriter } from "../own-writer.ts";
import type { Repair } from "../repair.ts";

/** A file that is no configuration at all: half written, binary, not to be read. */
export async function checkText({ context }: Examination): Promise<readonly Finding[]> {
  const { loaded, program } = context;
  if (loaded.valid || loaded.parsed !== null) return [];
  const canGoBack = await previousTexts(context).then(
    () => !isManaged(context),
    () => false,
  );
  return [
    finding("config-unreadable", {
      title: "Config",
      text: `Config invalid; doctor will run with best-effort config. ${messages(context)}`,
      fix: `${program} config ${canGoBack ? "rollback" : "edit"}`,
      ...(canGoBack && { repair: goBack(context) }),
    }),
  ];
}

/** Keys of older releases, and keys that nobody knows: both can be mended without asking what was meant. */
export async function checkKeys({ context, flags }: Examination): Promise<readonly Finding[]> {
  const { loaded, program, paths, io } = context;
  if (loaded.valid || loaded.parsed === null) return [];
  const unknown = loaded.legacyIssues.length > 0 ? [] : unknownKeys(loaded.resolved);
  if (loaded.legacyIssues.length + unknown.length === 0) return [];
  const planning = await planRepair({ loaded, paths, env: io.env, force: flags.force === true });
  const how = planning.ok
    ? { fix: `${program} doctor --fix`, repair: repairOf(context, planning) }
    : { fix: `${program} ${planning.needsForce ? "doctor --fix --force" : "config edit"}` };
  const why = planning.ok ? "" : `; not repaired by itself: ${planning.reason}`;
  return [
    ...loaded.legacyIssues.map((issue) =>
      finding("config-legacy-keys", {
        title: "Legacy config keys detected",
        text: `${issueLine(issue)}${why}`,
        ...how,
      }),
    ),
    ...unknown.map(({ path, suggestion }) =>
      finding("config-unknown-keys", {
        title: "Unknown config keys",
        text: `${path.join(".")}${suggestion === undefined ? "" : ` (did you mean "${suggestion}"?)`}${why}`,
        ...how,
      }),
    ),
  ];
}

/** Values that are wrong: what was meant only the operator knows. */
export function checkValues({ context }: Examination): readonly Finding[] {
  const { loaded, program } = context;
  if (loaded.valid || loaded.parsed === null || loaded.legacyIssues.length > 0) return [];
  return loaded.issues
    .filter((issue) => !isUnknownKey(issue))
    .map((issue) =>
      finding("config-invalid", {
        title: "Config",
        text: issueLine(issue, loaded.path),
        fix: `${program} config edit`,
      }),
    );
}

/** What is written and does nothing. */
export function checkWarnings({ context }: Examination): readonly Finding[] {
  const { loaded, program } = context;
  if (!loaded.valid) return [];
  return loaded.warnings.map((warning) => {
    const path = placeOf(loaded.written, warning.path.split("."));
    return finding("config-warning", {
      title: "Config warnings",
      text: issueLine(warning),
      fix: `${program} config unset ${path.join(".")}`,
    });
  });
}

/** Variables are named alike wherever in the section they stand. */
function placeOf(written: unknown, path: readonly string[]): readonly string[] {
  const inVars = ["env", "vars", ...path.slice(1)];
  return path[0] === "env" && getPath(written, inVars) !== undefined ? inVars : path;
}

function messages({ loaded }: CommandContext): string {
  return loaded.issues.map((issue) => issueLine(issue)).join("; ");
}

function isManaged({ io }: CommandContext): boolean {
  return isTruthy(io.env["OPENCLAW_NIX_MODE"]);
}

function repairOf(context: CommandContext, { plan: found, notes }: RepairPlanning & { ok: true }): Repair {
  const { paths, io } = context;
  return {
    kind: "config",
    question: "Update the configuration?",
    perform: async () => {
      const write = await saveEdit(found, { paths, writer: ownWriter(context), now: () => io.now() });
      return [...notes, ...backup(write)];
    },
  };
}

/** Only a file that says nothing is put back: one that merely looks odd is its operator's. */
function goBack(context: CommandContext): Repair {
  const { paths, io } = context;
  return {
    kind: "config",
    question: "Put the last good configuration back?",
    perform: async () => {
      const { files, id } = await previousTexts(context);
      const changes: string[] = [];
      for (const [index, { file, text }] of files.entries()) {
        const found = await plan(context, { kind: "file", text, file, beside: files.slice(index + 1) }, {});
        const write = await saveEdit(found, { paths, writer: ownWriter(context), now: () => io.now() });
        changes.push(`Put ${file} back as it last was good (${id}).`, ...backup(write));
      }
      return changes;
    },
  };
}

function backup({ backupPath }: { readonly backupPath?: string }): readonly string[] {
  return backupPath === undefined ? [] : [`Backup: ${backupPath}`];
}
