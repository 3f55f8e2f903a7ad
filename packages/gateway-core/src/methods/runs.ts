import type { RunOutcome, RunStart } from "@openclaw/agents";
import { principalKey } from "@openclaw/auth";
import { agentAccepted, type AgentFinal, RpcError } from "@openclaw/protocol";
import { type Call, defineMethods, type MethodHandlers } from "@openclaw/rpc-server";
import type { GatewayContext } from "../context.ts";
import type { RunAudience } from "../run-audience.ts";
import { answerOf } from "./refusals.ts";
import { agentRequest } from "./run-requests.ts";

const WAIT_DEFAULT_MS = 30_000;

/** Running an agent in two stages, and waiting for runs. */
export function runMethods(context: GatewayContext, audience: RunAudience): MethodHandlers {
  return defineMethods({
    agent: async (call) => {
      const { params, connection } = call;
      const started = await answerOf("agent", connection, () =>
        context.agents.startRun(agentRequest(params, call)),
      );
      if (started.status === "accepted") audience.add(connection, started.handle);
      return finishAgent(call, started);
    },

    "agent.wait": ({ params, connection }) =>
      context.agents.waitRun({
        principal: principalKey(connection.grant.principal),
        runId: params.runId,
        timeoutMs: params.timeoutMs ?? WAIT_DEFAULT_MS,
        maySee: true,
      }),
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
