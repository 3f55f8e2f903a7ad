import { AgentsError } from "../errors.ts";
import type { RunContext } from "../runs/run-context.ts";
import { resolveSession } from "./roster.ts";

/** Names a session by exactly one of `key`, `sessionId` and `label`; the rest narrows. */
export interface SessionSelector {
  readonly key?: string;
  readonly sessionId?: string;
  readonly label?: string;
  readonly agentId?: string;
  readonly spawnedBy?: string;
  readonly includeGlobal?: boolean;
  readonly includeUnknown?: boolean;
}

/**
 * Canonical key of the one session a selector means.
 * @throws {AgentsError} invalid_selector, unknown_session, ambiguous_session
 */
export async function findSession(ctx: RunContext, selector: SessionSelector): Promise<string> {
  const { key, sessionId, label } = selector;
  const given = [key, sessionId, label].filter((text) => text !== undefined && text.trim() !== "");
  if (given.length === 0)
    throw new AgentsError("invalid_selector", "Either key, sessionId, or label is required");
  if (given.length > 1) {
    const message = "Provide either key, sessionId, or label (not multiple)";
    throw new AgentsError("invalid_selector", message);
  }
  const [name = ""] = given;
  if (label !== undefined && label.trim() !== "") return findByLabel(ctx, selector, name);
  const entry =
    sessionId === name
      ? await ctx.store.sessionById(name)
      : await ctx.store.session(
          resolveSession(ctx.config(), { sessionKey: name, agentId: selector.agentId }).key,
        );
  const isWanted =
    entry !== undefined &&
    (selector.agentId === undefined || entry.agentId === selector.agentId) &&
    (selector.spawnedBy === undefined || entry.spawnedBy === selector.spawnedBy);
  if (!isWanted) throw new AgentsError("unknown_session", `No session found: ${name.slice(0, 200)}`);
  return entry.key;
}

async function findByLabel(ctx: RunContext, selector: SessionSelector, label: string): Promise<string> {
  const { agentId, spawnedBy, includeGlobal, includeUnknown } = selector;
  const { entries, total } = await ctx.store.sessions({
    label,
    limit: 3,
    ...(agentId !== undefined && { agentId }),
    ...(spawnedBy !== undefined && { spawnedBy }),
    ...(includeGlobal !== undefined && { includeGlobal }),
    ...(includeUnknown !== undefined && { includeUnknown }),
  });
  const [found] = entries;
  if (found === undefined) throw new AgentsError("unknown_session", `No session found with label: ${label}`);
  if (total > 1) {
    const keys = entries.map(({ key }) => key).join(", ");
    throw new AgentsError("ambiguous_session", `Multiple sessions found with label: ${label} (${keys})`);
  }
  return found.key;
}
