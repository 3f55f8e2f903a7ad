import type { RunRequest } from "@openclaw/agents";
import { authorize, principalKey } from "@openclaw/auth";
import { EXEC_DECISIONS, invalidRequest, type Methods, scopeCovers } from "@openclaw/protocol";
import type { Caller } from "@openclaw/rpc-server";
import { decide } from "../approvals/decide.ts";
import type { GatewayContext } from "../context.ts";
import { given } from "./given.ts";

/** Names that mean no channel of a connector. */
const BUILT_IN_CHANNELS: ReadonlySet<string> = new Set(["webchat", "last"]);

/** What `agent` asks for. @throws {RpcError} when it names a channel that is not there */
export function agentRequest(params: Methods["agent"]["params"], caller: Caller): RunRequest {
  const { sessionKey, sessionId, agentId, thinking, timeout, extraSystemPrompt, attachments } = params;
  for (const channel of [params.channel, params.replyChannel]) {
    // No connector is part of this build.
    if (channel !== undefined && !BUILT_IN_CHANNELS.has(channel.trim().toLowerCase()))
      throw invalidRequest(`invalid agent params: unknown channel: ${channel.slice(0, 100)}`);
  }
  const timeoutMs = timeout === undefined ? undefined : timeout * 1000;
  return {
    ...commonRequest(caller, params),
    kind: "agent",
    ...given({ sessionKey, sessionId, agentId, thinking, timeoutMs, extraSystemPrompt, attachments }),
  };
}

/** What `chat.send` asks for. */
export function chatRequest(
  context: Pick<GatewayContext, "approvals" | "clients" | "now">,
  params: Methods["chat.send"]["params"],
  caller: Caller,
): RunRequest {
  const { sessionKey, sessionId, agentId, thinking, timeoutMs, attachments } = params;
  return {
    ...commonRequest(caller, params),
    kind: "chat",
    sessionKey,
    ...given({ decide: deciderFor(context, caller) }),
    ...given({ sessionId, agentId, thinking, timeoutMs, attachments }),
  };
}

/** What `/approve` does for this sender: no more than `exec.approval.resolve` would, and nothing without its scope (T-AZ-01). */
function deciderFor(
  context: Pick<GatewayContext, "approvals" | "clients" | "now">,
  caller: Caller,
): RunRequest["decide"] {
  if (!authorize(caller.connection.grant, "operator.approvals").ok) return undefined;
  return (id, text) => {
    const decision = EXEC_DECISIONS.find((known) => known === text);
    const resolution = decision && decide(context, caller, { id, decision });
    if (resolution === "resolved") return undefined;
    return resolution === "unknown" ? "unknown or expired approval id" : "invalid decision";
  };
}

function commonRequest(
  { connection, traceparent }: Caller,
  params: { readonly message: string; readonly idempotencyKey: string },
) {
  const { id, displayName: name } = connection.client;
  return {
    principal: principalKey(connection.grant.principal),
    sender: { id, ...given({ name }) },
    ...given({ traceparent }),
    runId: params.idempotencyKey,
    message: params.message,
    params,
    mayReset: scopeCovers(connection.grant.scopes, "operator.admin"),
  };
}
