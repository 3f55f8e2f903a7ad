import { AgentsError, type RunOutcome, type RunRequest, type RunStart } from "@openclaw/agents";
import { principalKey } from "@openclaw/auth";
import {
  agentAccepted,
  type AgentFinal,
  invalidRequest,
  RpcError,
  scopeCovers,
  scopeFailure,
} from "@openclaw/protocol";
import { type Call, type ConnectionView, defineMethods, type MethodHandlers } from "@openclaw/rpc-server";
import type { GatewayContext } from "../context.ts";
import type { RunAudience } from "../run-audience.ts";

const WAIT_DEFAULT_MS = 30_000;

/** Running an agent: `agent` in two stages, `chat.send` with the outcome in events, waiting and aborting. */
export function runMethods(context: GatewayContext, audience: RunAudience): MethodHandlers {
  const start = (method: string, connection: ConnectionView, request: RunRequest) =>
    context.agents.startRun(request).then(
      (started) => {
        if (started.status === "accepted") audience.add(connection, started.handle);
        return started;
      },
      (error: unknown) => {
        throw toRequestError(error, method, connection);
      },
    );

  return defineMethods({
    agent: async (call) => {
      const started = await start("agent", call.connection, agentRequest(call));
      return finishAgent(call, started);
    },

    "agent.wait": ({ params, connection }) =>
      context.agents.waitRun({
        principal: principalKey(connection.grant.principal),
        runId: params.runId,
        timeoutMs: params.timeoutMs ?? WAIT_DEFAULT_MS,
        maySee: true,
      }),

    "chat.send": async (call) => {
      refuseForgedOrigin(call);
      const started = await start("chat.send", call.connection, chatRequest(call));
      switch (started.status) {
        case "accepted":
          return { runId: started.handle.runId, status: "started" };
        case "in_flight":
          return { runId: started.runId, status: "in_flight" };
        case "done":
          return replayedChat(started.outcome);
        case "stopped":
          return { ok: true, aborted: started.aborted, runIds: started.runIds };
        default:
          return started satisfies never;
      }
    },

    "chat.abort": async ({ params, connection }) => {
      const { sessionKey, runId } = params;
      const principal = principalKey(connection.grant.principal);
      const result = await context.agents
        .abort({ principal, sessionKey, ...(runId !== undefined && { runId }), reason: "rpc" })
        .catch((error: unknown) => {
          throw toRequestError(error, "chat.abort", connection);
        });
      return { ok: true, ...result };
    },
  });
}

async function finishAgent(
  call: Call<"agent">,
  started: RunStart,
): Promise<AgentFinal | ReturnType<typeof agentAccepted>> {
  const { dialect } = call.connection;
  switch (started.status) {
    case "accepted": {
      const { runId, sessionKey, agentId, acceptedAt } = started.handle;
      call.accept(agentAccepted(dialect, { runId, sessionKey, agentId, status: "accepted", acceptedAt }));
      return agentFinal(await started.handle.final);
    }
    case "in_flight": {
      const { runId, sessionKey, agentId, acceptedAt } = started;
      return agentAccepted(dialect, { runId, sessionKey, agentId, status: "accepted", acceptedAt });
    }
    case "done":
      return agentFinal(started.outcome);
    case "stopped":
      throw new RpcError("UNAVAILABLE", "stop phrases are for chat.send");
    default:
      return started satisfies never;
  }
}

/** The second answer of `agent`; a failed run is an error that still names the run. */
function agentFinal(outcome: RunOutcome): AgentFinal {
  const { runId, meta } = outcome;
  if (outcome.status === "error") {
    const payload: AgentFinal = { runId, status: "error", summary: outcome.message };
    throw new RpcError("UNAVAILABLE", outcome.message, { payload, details: { reason: outcome.reason } });
  }
  const payloads = outcome.payloads.map(({ text, mediaUrl }) => ({
    ...(text !== undefined && { text }),
    mediaUrl,
  }));
  return { runId, status: "ok", summary: "completed", result: { payloads, meta } };
}

function replayedChat(outcome: RunOutcome): { runId: string; status: "ok" } {
  if (outcome.status !== "error") return { runId: outcome.runId, status: "ok" };
  throw new RpcError("UNAVAILABLE", outcome.message, {
    payload: { runId: outcome.runId, status: "error", summary: outcome.message },
  });
}

function agentRequest({ params, connection }: Call<"agent">): RunRequest {
  const { sessionKey, sessionId, agentId, thinking, timeout, extraSystemPrompt, attachments } = params;
  return {
    ...commonRequest(connection, params),
    kind: "agent",
    ...(sessionKey !== undefined && { sessionKey }),
    ...(sessionId !== undefined && { sessionId }),
    ...(agentId !== undefined && { agentId }),
    ...(thinking !== undefined && { thinking }),
    ...(timeout !== undefined && { timeoutMs: timeout * 1000 }),
    ...(extraSystemPrompt !== undefined && { extraSystemPrompt }),
    ...(attachments !== undefined && { attachments }),
  };
}

function chatRequest({ params, connection }: Call<"chat.send">): RunRequest {
  const { sessionKey, sessionId, agentId, thinking, timeoutMs, attachments } = params;
  return {
    ...commonRequest(connection, params),
    kind: "chat",
    sessionKey,
    ...(sessionId !== undefined && { sessionId }),
    ...(agentId !== undefined && { agentId }),
    ...(thinking !== undefined && { thinking }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(attachments !== undefined && { attachments }),
  };
}

function commonRequest(
  connection: ConnectionView,
  params: { readonly message: string; readonly idempotencyKey: string },
) {
  return {
    principal: principalKey(connection.grant.principal),
    runId: params.idempotencyKey,
    message: params.message,
    params,
    mayReset: scopeCovers(connection.grant.scopes, "operator.admin"),
  };
}

const FORGEABLE = [
  "originatingChannel",
  "originatingTo",
  "originatingAccountId",
  "originatingThreadId",
  "systemInputProvenance",
  "systemProvenanceReceipt",
  "suppressCommandInterpretation",
] as const;

/** Whoever may say that a message came from elsewhere could speak for others: that takes the admin scope. */
function refuseForgedOrigin({ params, connection }: Call<"chat.send">): void {
  if (FORGEABLE.every((name) => params[name] === undefined)) return;
  if (!scopeCovers(connection.grant.scopes, "operator.admin"))
    throw scopeFailure(connection.dialect, "operator.admin");
}

/** What the domain refuses becomes the caller's error, in the words clients of this method know. */
function toRequestError(error: unknown, method: string, { dialect }: ConnectionView): unknown {
  if (!(error instanceof AgentsError)) return error;
  switch (error.code) {
    case "queue_full":
    case "busy":
    case "closing":
    case "store_failed":
      return new RpcError("UNAVAILABLE", error.message, { retryable: true, cause: error });
    case "reset_forbidden":
      return scopeFailure(dialect, "operator.admin");
    case "idempotency_conflict":
      return invalidRequest(error.message, { code: "IDEMPOTENCY_CONFLICT" });
    case "unknown_agent":
    case "malformed_session_key":
    case "agent_mismatch":
      return invalidRequest(`invalid ${method} params: ${error.message}`);
    default:
      return invalidRequest(error.message);
  }
}
