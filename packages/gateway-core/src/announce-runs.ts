import type { RunEvent } from "@openclaw/agents";
import type { Dialect, Events } from "@openclaw/protocol";
import type { BroadcastOptions, RpcServer } from "@openclaw/rpc-server";
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
    if (event.type === "tool") tellTool(server(), event, { audience, subscriptions });
    else if (event.type === "chat")
      tell(server(), event, { name: "chat", payload: chatEventPayload, options, subscriptions });
    else tell(server(), event, { name: "agent", payload: agentEventPayload, options, subscriptions });
    audience.settle(event);
  };
}

interface Telling<N extends "agent" | "chat", E> {
  readonly name: N;
  readonly payload: (event: E, dialect: Dialect) => Events[N] | undefined;
  readonly options: BroadcastOptions | undefined;
  readonly subscriptions: SessionSubscriptions;
}

/** Operators hear the broadcast; nodes that watch the session get a copy each, without a number. */
function tell<N extends "agent" | "chat", E extends RunEvent>(
  server: Sender,
  event: E,
  { name, payload, options, subscriptions }: Telling<N, E>,
): void {
  server.broadcast<N>(name, (dialect) => payload(event, dialect), options);
  for (const connId of subscriptions.nodesOf(event.sessionKey)) {
    const connection = server.connections.get(connId);
    const copy = connection && payload(event, connection.dialect);
    if (copy !== undefined) server.sendTo<N>(connId, name, copy);
  }
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
