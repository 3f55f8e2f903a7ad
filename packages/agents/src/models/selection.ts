import type { AgentConfig, AgentsConfig } from "../config.ts";
import type { SessionEntry } from "../sessions/entry.ts";
import { formatModelRef, type ModelCatalog } from "./catalog.ts";
import { THINKING_LEVELS, type ModelRef, type ThinkingLevel } from "./types.ts";

/** Which models a run may use. */
export interface ModelSelection {
  readonly selected: ModelRef;
  /** In the order they are tried; the selected one first. */
  readonly candidates: readonly ModelRef[];
}

/**
 * Chooses the models of a run: the request's, else the session's if still allowed, else the agent's, else the
 * default. Fallbacks apply only when the selected model is the configured one or among them.
 * Docs: configuration.md#model-selection
 */
export function selectModels(o: {
  readonly catalog: ModelCatalog;
  readonly config: AgentsConfig;
  readonly agent: AgentConfig | undefined;
  readonly entry: SessionEntry | undefined;
  readonly requested: ModelRef | undefined;
}): ModelSelection {
  const { catalog } = o;
  const general = catalog.choice(o.config.agents?.defaults?.model);
  const own = catalog.choice(o.agent?.model);
  const configured = own.primary ?? general.primary;
  const primary = configured ?? catalog.defaultModel();
  const fallbacks = own.fallbacks.length > 0 ? own.fallbacks : general.fallbacks;
  const selected = o.requested ?? overrideOf(o.entry, catalog) ?? primary;
  const chain = [primary, ...fallbacks].map(formatModelRef);
  const applies = chain.includes(formatModelRef(selected));
  const allowed = applies ? fallbacks.filter((ref) => catalog.isAllowed(ref)) : [];
  // A default nobody configured is no fallback: the built-in model must not answer for a real one.
  const wanted = [selected, ...allowed, ...(configured === undefined ? [] : [configured])];
  const unique = new Map(wanted.map((ref) => [formatModelRef(ref), ref]));
  return { selected, candidates: [...unique.values()] };
}

/** Reads a thinking level the way people write it; undefined for a word that is none. */
export function parseThinkingLevel(text: string): ThinkingLevel | undefined {
  const word = text
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/gu, "-");
  return SYNONYMS.get(word) ?? THINKING_LEVELS.find((level) => level === word);
}

const SYNONYMS: ReadonlyMap<string, ThinkingLevel> = new Map([
  ["on", "low"],
  ["enable", "low"],
  ["think", "minimal"],
  ["think-hard", "low"],
  ["think-harder", "medium"],
  ["ultrathink", "high"],
  ["max", "high"],
  ["highest", "high"],
  ["extra-high", "xhigh"],
]);

function overrideOf(entry: SessionEntry | undefined, catalog: ModelCatalog): ModelRef | undefined {
  if (entry?.modelOverride === undefined) return undefined;
  const provider = entry.providerOverride ?? catalog.defaultModel().provider;
  const ref = { provider: provider.toLowerCase(), id: entry.modelOverride };
  return catalog.isAllowed(ref) ? ref : undefined;
}
