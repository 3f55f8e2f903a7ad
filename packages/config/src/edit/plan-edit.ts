import type { Env } from "../environment.ts";
import { ConfigError } from "../errors.ts";
import { migrateLegacy } from "../legacy/migrate-legacy.ts";
import { type FileText, loadConfig, loadConfigWith } from "../load-config.ts";
import type { Paths } from "../paths.ts";
import { REDACTED } from "../show/redacted.ts";
import type { ConfigIssue, IncludedFile, LoadedConfig } from "../snapshot.ts";
import { hashText } from "../source/hash-text.ts";
import { parseJson5, parseJson5InTurns } from "../source/parse-json5.ts";
import { isRecord } from "../source/record.ts";
import { errorCode, readBytes } from "../source/source-files.ts";
import { Turn } from "../source/turn.ts";
import { fileSystem } from "../write/file-system.ts";
import { type ConfigChange, patchConfigText } from "../write/patch-config-text.ts";
import { followLink } from "../write/private-file.ts";
import { changedPaths, isEqual } from "./differences.ts";
import { keepWritten, sentinelPath } from "./keep-written.ts";
import { losses } from "./losses.ts";
import { applyChanges, mergeChanges } from "./merge-patch.ts";
import { placeChanges } from "./place-changes.ts";
import { restoreText } from "./restore-text.ts";
import { sourceTexts } from "./source-texts.ts";

/** What somebody wants of the configuration. */
export type ConfigEdit = TextEdit | ChangeEdit | FileEdit;

/** An edit by a client, which sees no secrets: what it sends back hidden is as it was. Made for one text. */
export interface TextEdit extends EditConditions {
  /** `replace`: the text becomes the main file. `merge`: it is a JSON merge patch of the whole configuration. */
  readonly kind: "replace" | "merge";
  /** JSON5. */
  readonly raw: string;
}

/** An edit of single settings; without base hash it is made for whatever is on disk. */
export interface ChangeEdit extends EditConditions {
  readonly kind: "change";
  /** Single changes, in order, of the configuration as it is written; what this throws ends the planning. */
  readonly changes: (before: LoadedConfig) => readonly ConfigChange[];
}

/** A whole text for one file, by somebody who has the files; it is written to the byte. */
export interface FileEdit extends EditConditions {
  readonly kind: "file";
  readonly text: string;
  /** An included file; @default the main file */
  readonly file?: string;
  /** What other files are going to say, written after this one: what is checked is all of it. @default nothing */
  readonly beside?: readonly FileText[];
}

/** What must hold for an edit to be made. */
export interface EditConditions {
  /** `hash` of the snapshot the edit was made for; a client may leave it out only while there is no file. */
  readonly baseHash?: string;
  /** Takes losses that would otherwise be refused. @default false */
  readonly force?: boolean;
}

export interface PlanEditOptions {
  readonly paths: Paths;
  /** Environment of the process, as it is when the gateway starts. */
  readonly env: Env;
  readonly edit: ConfigEdit;
  /** What would keep a gateway from starting with a configuration that is valid by itself. @default nothing */
  readonly startIssues?: (after: LoadedConfig) => Promise<readonly ConfigIssue[]>;
}

/** An edit that may be written, and what it does. */
export interface EditPlan {
  /** The one file that changes. */
  readonly file: string;
  readonly text: string;
  /** Hash that `file` must still have. */
  readonly fileHash: string;
  /** Other files that the result was checked with; each must still have its hash. */
  readonly unchanged: readonly Pick<IncludedFile, "hash" | "path">[];
  readonly before: LoadedConfig;
  readonly after: LoadedConfig;
  /** Empty when nothing but comments and layout changes. */
  readonly changedPaths: readonly string[];
}

/** Why an edit is not made, in the words clients know. */
export interface EditRefusal {
  readonly reason: "base" | "malformed" | "invalid" | "losses" | "unsupported";
  readonly message: string;
  /** Of an edit that was understood, but whose result must not be. */
  readonly issues?: readonly ConfigIssue[];
  /** With issues: the hash that the main file would have. */
  readonly hash?: string;
  /** The refused text, where it may be worth keeping. */
  readonly text?: string;
}

export type EditPlanning =
  { readonly ok: true; readonly plan: EditPlan } | { readonly ok: false; readonly refusal: EditRefusal };

/**
 * Decides what an edit would write, without writing: base hash, text, hidden values, the result as the next start
 * would read it, what would be lost. Docs: configuration.md#editing-over-rpc
 */
export async function planEdit(options: PlanEditOptions): Promise<EditPlanning> {
  const { paths, env, edit } = options;
  const before = await loadConfig({ paths, env });
  const stale = baseProblem(before, edit);
  if (stale !== undefined) return refuse({ reason: "base", message: stale });
  const drafted = await draft(before, edit);
  if (!drafted.ok) return drafted;
  const { file, text, fileHash, wanted } = drafted.value;

  const beside = (edit.kind === "file" ? edit.beside : undefined) ?? [];
  const after = await loadConfigWith({ paths, env }, [{ file, text }, ...beside]);
  const { hash } = after;
  if (!after.valid) return refuse({ ...INVALID, issues: after.issues, hash });
  if (wanted !== undefined && !isEqual(after.written, wanted)) {
    return refuse(severalFiles([before.path, ...before.includes.map(({ path }) => path)]));
  }
  const lost = edit.force === true ? [] : losses(before.resolved, after.resolved);
  if (lost.length > 0) {
    const what = lost.map(({ message }) => message).join(", ");
    const message = `config write refused: ${what}; pass force to write it anyway`;
    return refuse({ reason: "losses", message, issues: lost, hash, text });
  }
  const unstartable = (await options.startIssues?.(after)) ?? [];
  if (unstartable.length > 0) return refuse({ ...INVALID, issues: unstartable, hash });
  const changes = changedPaths(before.resolved, after.resolved);
  const replaced = [file, ...beside.map((other) => other.file)];
  const unchanged = await checkedWith(before, after, replaced);
  return { ok: true, plan: { file, text, fileHash, unchanged, before, after, changedPaths: changes } };
}

/** The files that neither this write replaces nor one that follows. */
async function checkedWith(
  before: LoadedConfig,
  after: LoadedConfig,
  replaced: readonly string[],
): Promise<EditPlan["unchanged"]> {
  const others = new Map(after.includes.map(({ path, hash }) => [path, hash]));
  // As it was before: of a file that changes in between, the newer reading must not count.
  for (const { path, hash } of before.includes) others.set(path, hash);
  others.set(before.path, before.hash);
  for (const file of replaced) {
    others.delete(file);
    others.delete(await followLink(fileSystem, file).catch(() => file));
  }
  return [...others].map(([path, hash]) => ({ path, hash }));
}

const INVALID = { reason: "invalid", message: "invalid config" } as const;

interface Draft {
  readonly file: string;
  readonly text: string;
  readonly fileHash: string;
  /** What all files together shall say. */
  readonly wanted?: unknown;
}

type Drafting =
  { readonly ok: true; readonly value: Draft } | { readonly ok: false; readonly refusal: EditRefusal };

async function draft(before: LoadedConfig, edit: ConfigEdit): Promise<Drafting> {
  const drafted = await draftOf(before, edit);
  if (!drafted.ok) return drafted;
  const text = await parseJson5InTurns(drafted.value.text, new Turn());
  const hidden = text.ok ? sentinelPath(text.value) : undefined;
  return hidden === undefined ? drafted : refuse(sentinelRefusal(hidden));
}

function draftOf(before: LoadedConfig, edit: ConfigEdit): Promise<Drafting> | Drafting {
  if ((edit.kind === "merge" || edit.kind === "change") && !before.valid) {
    return refuse({ reason: "malformed", message: "invalid config; fix before patching" });
  }
  switch (edit.kind) {
    case "change":
      return single(before, edit.changes(before));
    case "file":
      return whole(before, edit);
    case "merge":
    case "replace":
      return ofText(before, edit);
  }
}

function single(before: LoadedConfig, changes: readonly ConfigChange[]): Promise<Drafting> | Drafting {
  const isInclude = changes.some(({ path, value }) => path.includes("$include") || hasInclude(value));
  const message = "a single change cannot touch $include; edit the text";
  return isInclude ? refuse({ reason: "unsupported", message }) : changed(before, changes);
}

async function whole(before: LoadedConfig, { text, file = before.path }: FileEdit): Promise<Drafting> {
  if (file === before.path && before.raw !== null)
    return { ok: true, value: { file, text, fileHash: before.hash } };
  try {
    return { ok: true, value: { file, text, fileHash: hashText(await bytesOf(file)) } };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return refuse({ reason: "unsupported", message: `${file} cannot be replaced: ${reason}` });
  }
}

/** What stands in a file, text or not; nothing when it is gone. */
async function bytesOf(file: string): Promise<Uint8Array> {
  try {
    return await readBytes(file);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return new Uint8Array();
    throw error;
  }
}

async function ofText(before: LoadedConfig, { kind, raw }: TextEdit): Promise<Drafting> {
  const parsed = parseJson5(raw);
  if (!parsed.ok) return refuse({ reason: "malformed", message: parsed.message });
  if (!isRecord(parsed.value)) {
    const message = kind === "merge" ? "config.patch raw must be an object" : "config must be an object";
    return refuse({ reason: "malformed", message });
  }
  return kind === "merge" ? merged(before, parsed.value) : replaced(before, raw, parsed.value);
}

function replaced(before: LoadedConfig, raw: string, tree: unknown): Drafting {
  const text = restoreText(raw, tree, before);
  return { ok: true, value: { file: before.path, text, fileHash: before.hash } };
}

function merged(before: LoadedConfig, patch: unknown): Drafting | Promise<Drafting> {
  if (hasInclude(patch)) {
    return refuse({ reason: "unsupported", message: "a patch cannot change $include; use config.set" });
  }
  const base = { written: before.written, shown: before.config };
  const changes = mergeChanges(base, keepWritten(patch, before));
  // Clients of older releases say it with their keys; what would be lost that way is left to be refused.
  const { kept, changes: moves } = migrateLegacy(applyChanges(before.written, changes));
  return changed(before, kept.length === 0 ? [...changes, ...moves] : changes);
}

async function changed(before: LoadedConfig, changes: readonly ConfigChange[]): Promise<Drafting> {
  const hidden = changes.map(({ path, value }) => sentinelPath(value, path)).find((path) => path);
  if (hidden !== undefined) return refuse(sentinelRefusal(hidden));
  const sources = sourceTexts(before);
  const placed = await placeChanges(sources, before.written, changes);
  const [file = sources.path, ...others] = placed.keys();
  if (others.length > 0) return refuse(severalFiles([file, ...others]));
  const source = await sources.textOf(file);
  const own = placed.get(file) ?? [];
  try {
    const text = own.length === 0 ? source : await patchConfigText(source, own);
    const wanted = applyChanges(before.written, changes);
    return { ok: true, value: { file, text, fileHash: hashText(source), wanted } };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return refuse({ reason: "unsupported", message: error.message });
  }
}

/** Which files there are is a matter of the text, not of what all of them say. */
function hasInclude(tree: unknown): boolean {
  if (Array.isArray(tree)) return tree.some(hasInclude);
  return isRecord(tree) && (Object.hasOwn(tree, "$include") || Object.values(tree).some(hasInclude));
}

function baseProblem({ exists, raw, hash }: LoadedConfig, edit: ConfigEdit): string | undefined {
  const { kind, baseHash } = edit;
  if (kind === "change" && baseHash === undefined) return undefined;
  if (!exists) return undefined;
  if (kind === "file") return baseHash === hash ? undefined : CHANGED;
  if (baseHash === undefined) return "config base hash required; re-run config.get and retry";
  if (raw === null) return "config base hash unavailable; re-run config.get and retry";
  return baseHash === hash ? undefined : CHANGED;
}

const CHANGED = "config changed since last load; re-run config.get and retry";

function severalFiles(files: readonly string[]): EditRefusal {
  const message = `this change needs more than one file: ${files.join(", ")}`;
  return { reason: "unsupported", message };
}

function sentinelRefusal(path: readonly string[]): EditRefusal {
  const key = path.join(".");
  return {
    reason: "malformed",
    message: `Sentinel value "${REDACTED}" in key ${key} is not valid as real data`,
  };
}

function refuse(refusal: EditRefusal): { readonly ok: false; readonly refusal: EditRefusal } {
  return { ok: false, refusal };
}
