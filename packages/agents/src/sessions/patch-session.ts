import { AgentsError } from "../errors.ts";
import { formatModelRef } from "../models/catalog.ts";
import { selectModels } from "../models/selection.ts";
import type { RunContext } from "../runs/run-context.ts";
import type { SessionEntry } from "./entry.ts";
import { newEntry } from "./fresh-entry.ts";
import { rosterOf, type SessionAddress } from "./roster.ts";
import { newSessionId } from "./session-id.ts";
import { checkedSetting, SETTINGS, type SettingName } from "./session-settings.ts";
import { shownEntry } from "./shown-entry.ts";
import type { ChangedSession } from "./sessions.ts";

/** New values by name; `null` goes back to the default, an absent name changes nothing. */
export type SessionPatch = {
  readonly [name in SettingName]?: string | null;
} & {
  readonly label?: string | null;
  readonly category?: string | null;
  readonly fastMode?: boolean | "auto" | null;
  /** A model reference or alias. */
  readonly model?: string | null;
  readonly spawnedBy?: string | null;
  readonly spawnDepth?: number | null;
};

/** A session after its settings changed, with the model its next run will try first. */
export type PatchedSession = ChangedSession & {
  readonly resolved: { readonly modelProvider: string; readonly model: string };
};

/**
 * Changes settings of a session; one that does not exist comes into being.
 * @throws {AgentsError} session_exists (when it must be new), invalid_setting, label_taken, model_not_allowed
 */
export async function patchSession(
  ctx: RunContext,
  { key, agentId, mustBeNew }: SessionAddress & { readonly mustBeNew?: boolean },
  patch: SessionPatch,
): Promise<PatchedSession> {
  const change = () =>
    ctx.book.update(key, async (current) => {
      if (mustBeNew === true && current !== undefined)
        throw new AgentsError("session_exists", `session already exists: ${key}`);
      const now = ctx.now();
      const base = current ?? newEntry({ key, agentId, sessionId: newSessionId(ctx.random), now });
      if (typeof patch.label === "string") await checkLabel(ctx, key, patch.label);
      const entry = withFields(base, { ...changesOf(ctx, base, patch), updatedAt: now });
      return { writes: [{ type: "session.put", entry }], result: { entry, isNew: current === undefined } };
    });
  // Two sessions must not get the same label at the same time.
  const { entry, isNew } = await (patch.label === undefined ? change() : ctx.book.inTurn("labels", change));
  ctx.news.changed(entry, { reason: isNew ? "create" : "patch" });
  const { provider, id } = selectModels({
    catalog: ctx.catalog(),
    config: ctx.config(),
    agent: rosterOf(ctx.config()).agents.get(agentId),
    entry,
    requested: undefined,
  }).selected;
  return { key, entry: shownEntry(entry), resolved: { modelProvider: provider, model: id } };
}

/** Fields to set; undefined removes one. */
type Fields = Readonly<Record<string, unknown>>;

function changesOf(ctx: RunContext, entry: SessionEntry, patch: SessionPatch): Fields {
  const settings = SETTINGS.flatMap((name) =>
    patch[name] === undefined ? [] : [[name, checkedSetting(name, patch[name])] as const],
  );
  const plain = (["label", "category", "fastMode"] as const).flatMap((name) =>
    patch[name] === undefined ? [] : [[name, patch[name] ?? undefined] as const],
  );
  return {
    ...Object.fromEntries([...settings, ...plain]),
    ...(patch.model !== undefined && modelFields(ctx, patch.model)),
    ...(patch.spawnedBy !== undefined && { spawnedBy: onceSet(entry, "spawnedBy", patch.spawnedBy) }),
    ...(patch.spawnDepth !== undefined && { spawnDepth: onceSet(entry, "spawnDepth", patch.spawnDepth) }),
  };
}

/** Choosing the default model is the same as choosing none. */
function modelFields(ctx: RunContext, model: string | null): Fields {
  const none = { providerOverride: undefined, modelOverride: undefined };
  if (model === null) return none;
  const catalog = ctx.catalog();
  const ref = catalog.parse(model);
  if (ref === undefined) throw new AgentsError("invalid_setting", `invalid model: ${model.slice(0, 200)}`);
  const name = formatModelRef(ref);
  if (!catalog.isAllowed(ref)) {
    throw new AgentsError("model_not_allowed", `model not allowed: ${name.slice(0, 200)}`);
  }
  if (name === formatModelRef(catalog.defaultModel())) return none;
  return { providerOverride: ref.provider, modelOverride: ref.id };
}

/** Where a sub-agent's session comes from is said once and never taken back. */
function onceSet(
  entry: SessionEntry,
  name: "spawnedBy" | "spawnDepth",
  value: string | number | null,
): unknown {
  const known = entry[name];
  if (value === known || (value === null && known === undefined)) return known;
  if (value === null) throw new AgentsError("invalid_setting", `${name} cannot be cleared once set`);
  if (!/^agent:[^:]*:subagent:/u.test(entry.key)) {
    throw new AgentsError("invalid_setting", `${name} is only supported for subagent:* sessions`);
  }
  if (known !== undefined) throw new AgentsError("invalid_setting", `${name} cannot be changed once set`);
  return value;
}

async function checkLabel(ctx: RunContext, key: string, label: string): Promise<void> {
  const query = { label, limit: 2, includeGlobal: true, includeUnknown: true } as const;
  const { entries } = await ctx.store.sessions(query);
  if (entries.some((other) => other.key !== key)) {
    throw new AgentsError("label_taken", `label already in use: ${label}`);
  }
}

function withFields(entry: SessionEntry, fields: Fields): SessionEntry {
  const merged = Object.entries({ ...entry, ...fields }).filter(([, value]) => value !== undefined);
  // What identifies a session is never among the fields.
  return Object.fromEntries(merged) as SessionEntry;
}
