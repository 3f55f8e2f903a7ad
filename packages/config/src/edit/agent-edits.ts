import { slugAgentId } from "../agent-id.ts";
import { getPath } from "../show/config-path.ts";
import type { LoadedConfig } from "../snapshot.ts";
import type { ConfigChange } from "../write/patch-config-text.ts";

/** What can be said of an agent. */
export interface AgentFields {
  readonly name?: string | undefined;
  readonly workspace?: string | undefined;
  readonly model?: string | undefined;
  readonly agentDir?: string | undefined;
  readonly emoji?: string | undefined;
  readonly avatar?: string | undefined;
}

/** The agent of a configuration without a list. */
const MAIN = "main";
const LIST = ["agents", "list"];
const BINDINGS = ["bindings"];

/** Whether there is such an agent, listed or the one there is without a list. */
export function hasAgent(before: LoadedConfig, agentId: string): boolean {
  return listed(before).some((agent) => idOf(agent) === agentId);
}

/** Puts an agent at the end of the list. Where there was no list, `main` stays the first one. */
export function createAgentChanges(
  before: LoadedConfig,
  agentId: string,
  fields: AgentFields,
): readonly ConfigChange[] {
  const { name, workspace, model, agentDir, emoji, avatar } = fields;
  const identity = defined({ emoji, avatar });
  const agent = {
    ...defined({ id: agentId, name, workspace, model, agentDir }),
    ...(Object.keys(identity).length > 0 && { identity }),
  };
  return addTo(before, [agent]);
}

/** Has an agent answer the chats of some channel accounts, behind the rules there are. */
export function bindAgentChanges(
  before: LoadedConfig,
  agentId: string,
  matches: readonly { readonly channel: string; readonly accountId?: string }[],
): readonly ConfigChange[] {
  const bindings = matches.map((match) => ({ agentId, match }));
  if (bindings.length === 0) return [];
  const { length } = itemsAt(before, BINDINGS);
  if (length === 0) return [{ path: BINDINGS, value: bindings }];
  return bindings.map((value, at) => ({ path: [...BINDINGS, String(length + at)], value }));
}

/** Changes what is given and leaves the rest of the agent as it is written. */
export function updateAgentChanges(
  before: LoadedConfig,
  agentId: string,
  fields: Omit<AgentFields, "agentDir" | "emoji">,
): readonly ConfigChange[] {
  const index = listed(before).findIndex((agent) => idOf(agent) === agentId);
  const place = [...LIST, String(index)];
  const { name, workspace, model, avatar } = fields;
  // A model with fallbacks keeps them.
  const hasFallbacks = typeof getPath(before.written, [...place, "model"]) === "object";
  const changes = [
    { path: [...place, "name"], value: name },
    { path: [...place, "workspace"], value: workspace },
    { path: [...place, "model", ...(hasFallbacks ? ["primary"] : [])], value: model },
    { path: [...place, "identity", "avatar"], value: avatar },
  ].filter(({ value }) => value !== undefined);
  if (changes.length === 0) return [];
  return [...(written(before).length === 0 ? addTo(before, []) : []), ...changes];
}

/** Takes an agent off the list, and the bindings that lead to it. */
export function deleteAgentChanges(
  before: LoadedConfig,
  agentId: string,
): { readonly changes: readonly ConfigChange[]; readonly removedBindings: number } {
  const index = listed(before).findIndex((agent) => idOf(agent) === agentId);
  const bindings = itemsAt(before, BINDINGS)
    .flatMap((binding, at) => (slugOf(getPath(binding, ["agentId"])) === agentId ? [at] : []))
    // From the end, so that no removal moves what is still to go.
    .reverse();
  const paths = [[...LIST, String(index)], ...bindings.map((at) => [...BINDINGS, String(at)])];
  return {
    changes: paths.map((path) => ({ path, value: undefined })),
    removedBindings: bindings.length,
  };
}

function addTo(before: LoadedConfig, agents: readonly object[]): ConfigChange[] {
  const list = written(before);
  if (list.length === 0) return [{ path: LIST, value: [{ id: MAIN }, ...agents] }];
  return agents.map((value, at) => ({ path: [...LIST, String(list.length + at)], value }));
}

function listed(before: LoadedConfig): readonly unknown[] {
  const list = written(before);
  return list.length === 0 ? [{ id: MAIN }] : list;
}

function written(before: LoadedConfig): readonly unknown[] {
  return itemsAt(before, LIST);
}

function itemsAt(before: LoadedConfig, path: readonly string[]): readonly unknown[] {
  const items = getPath(before.written, path);
  return Array.isArray(items) ? items : [];
}

function idOf(agent: unknown): string | undefined {
  return slugOf(getPath(agent, ["id"]));
}

function slugOf(id: unknown): string | undefined {
  return typeof id === "string" ? slugAgentId(id) : undefined;
}

function defined(fields: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
