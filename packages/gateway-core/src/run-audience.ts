import type { RunEvent, RunHandle } from "@openclaw/agents";
import { principalKey } from "@openclaw/auth";
import type { ConnectionView } from "@openclaw/rpc-server";

/**
 * Who hears the tool steps of a run: connections that asked for them (`tool-events`) and started the run, or
 * later another run on the same session. Entries live as long as their run.
 *
 * Docs: protocol.md#agent
 */
export interface RunAudience {
  add(connection: ConnectionView, run: Pick<RunHandle, "runId" | "sessionKey">): void;
  /** connIds for a tool event of this run. */
  of(event: Pick<RunEvent, "principal" | "runId">): readonly string[];
  /** Call with every event: terminal ones end the entry. */
  settle(event: RunEvent): void;
}

export function createRunAudience(): RunAudience {
  // A run id is the caller's own choice: it means a run only together with who chose it.
  const keyOf = (principal: string, runId: string) => JSON.stringify([principal, runId]);
  const runs = new Map<string, { sessionKey: string; connIds: Set<string> }>();
  return {
    add: (connection, { runId, sessionKey }) => {
      if (!connection.caps.has("tool-events")) return;
      const key = keyOf(principalKey(connection.grant.principal), runId);
      runs.set(key, { sessionKey, connIds: runs.get(key)?.connIds ?? new Set() });
      for (const run of runs.values()) if (run.sessionKey === sessionKey) run.connIds.add(connection.connId);
    },
    of: ({ principal, runId }) => [...(runs.get(keyOf(principal, runId))?.connIds ?? [])],
    settle: (event) => {
      const isTerminal = event.type === "chat" && event.state !== "delta";
      if (isTerminal) runs.delete(keyOf(event.principal, event.runId));
    },
  };
}
