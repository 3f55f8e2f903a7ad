import { randomUUID } from "node:crypto";
import type { RunOutcome, RunRequest } from "@openclaw/agents";
import { principalKey } from "@openclaw/auth";
import { type ChatAborted, type ChatStarted, type Methods, RpcError } from "@openclaw/protocol";
import { type Caller, defineMethods, type MethodHandlers } from "@openclaw/rpc-server";
import type { GatewayContext } from "../context.ts";
import type { RunAudience } from "../run-audience.ts";
import { given } from "./given.ts";
import { answerOf } from "./refusals.ts";
import { chatRequest } from "./run-requests.ts";

/** Messages to a session, answered by events, and cutting answers short; under the names of both lines. */
export function chatRunMethods(context: GatewayContext, audience: RunAudience): MethodHandlers {
  const send = (
    caller: Caller,
    params: Methods["chat.send"]["params"],
    how: Pick<RunRequest, "interrupts"> = {},
  ): Promise<ChatStarted | ChatAborted> =>
    answerOf("chat.send", caller.connection, async () => {
      const started = await context.agents.startRun({ ...chatRequest(context, params, caller), ...how });
      switch (started.status) {
        case "accepted":
          audience.add(caller.connection, started.handle);
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
    });

  const abort = (
    { connection }: Caller,
    { sessionKey, runId }: Methods["chat.abort"]["params"],
  ): Promise<ChatAborted> =>
    answerOf("chat.abort", connection, async () => {
      const principal = principalKey(connection.grant.principal);
      const request = { principal, sessionKey, ...given({ runId }), reason: "rpc" as const };
      return { ok: true, ...(await context.agents.abort(request)) };
    });

  return defineMethods({
    "chat.send": ({ params, ...call }) => send(call, params),

    "chat.abort": ({ params, ...call }) => abort(call, params),

    "sessions.send": ({ params: { key, idempotencyKey = randomUUID(), ...params }, ...call }) =>
      send(call, { ...params, sessionKey: key, idempotencyKey }),

    "sessions.steer": ({ params: { key, idempotencyKey = randomUUID(), ...params }, ...call }) =>
      send(call, { ...params, sessionKey: key, idempotencyKey }, { interrupts: true }),

    "sessions.abort": ({ params: { key, agentId, runId }, ...call }) =>
      answerOf("sessions.abort", call.connection, () =>
        abort(call, {
          sessionKey: context.agents.resolveSessionKey(key, agentId),
          ...given({ runId }),
        }),
      ),
  });
}

function replayedChat(outcome: RunOutcome): { runId: string; status: "ok" } {
  if (outcome.status !== "error") return { runId: outcome.runId, status: "ok" };
  throw new RpcError("UNAVAILABLE", outcome.message, {
    payload: { runId: outcome.runId, status: "error", summary: outcome.message },
  });
}
