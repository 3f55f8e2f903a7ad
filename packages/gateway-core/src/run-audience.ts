import type { RunEvent, RunHandle } from "@openclaw/agents";
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
  of(event: Pick<RunEvent, "runId">): readonly string[];
  /** Call with every event: terminal ones end the entry. */
  settle(event: RunEvent): void;
}

export function createRunAudience(): RunAudience {
  const runs = new Map<string, { sessionKey: string; connIds: Set<string> }>();
  return {
    add: (connection, { runId, sessionKey }) => {
      if (!connection.caps.has("tool-events")) return;
      const connIds = runs.get(runId)?.connIds ?? new Set();
      runs.set(runId, { sessionKey, connIds });
      for (const run of runs.values()) if (run.sessionKey === sessionKey) run.connIds.add(connection.connId);
    },
    of: ({ runId }) => [...(runs.get(runId)?.connIds ?? [])],
    settle: (event) => {
      const isTerminal = event.type === "chat" && event.state !== "delta";
      if (isTerminal) runs.delete(event.runId);
    },
  };
}
