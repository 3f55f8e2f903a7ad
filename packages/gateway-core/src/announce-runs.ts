import type { RunEvent } from "@openclaw/agents";
import type { RpcServer } from "@openclaw/rpc-server";
import type { RunAudience } from "./run-audience.ts";
import { agentEventPayload, chatEventPayload } from "./run-events.ts";
import type { SessionSubscriptions } from "./state/session-subscriptions.ts";

type Sender = Pick<RpcServer, "broadcast" | "sendTo" | "connections">;

/** Passes the steps of runs on to those who hear of them. */
export function createRunAnnouncer(
  server: () => Sender,
  audience: RunAudience,
  subscriptions: SessionSubscriptions,
): (event: RunEvent) => void {
  return (event) => {
    const only = subscriptions.ofRuns(event.sessionKey);
    const options = only && { only };
    if (event.type === "chat")
      server().broadcast("chat", (dialect) => chatEventPayload(event, dialect), options);
    else if (event.type === "tool") tellTool(server(), event, { audience, subscriptions });
    else server().broadcast("agent", (dialect) => agentEventPayload(event, dialect), options);
    audience.settle(event);
  };
}

function tellTool(
  server: Sender,
  event: Extract<RunEvent, { type: "tool" }>,
  {
    audience,
    subscriptions,
  }: { readonly audience: RunAudience; readonly subscriptions: SessionSubscriptions },
): void {
  const only = subscriptions.ofRuns(event.sessionKey);
  for (const connId of audience.of(event)) {
    const connection = server.connections.get(connId);
    if (connection === undefined || only?.(connection) === false) continue;
    server.sendTo(connId, "agent", agentEventPayload(event, connection.dialect));
  }
}
