import { randomUUID } from "node:crypto";
import type { RunRequest } from "@openclaw/agents";
import { principalKey } from "@openclaw/auth";
import type { NodeEvent } from "@openclaw/protocol";
import type { Caller, ConnectionView } from "@openclaw/rpc-server";
import type { GatewayContext } from "../context.ts";
import { given } from "../methods/given.ts";
import { answerOf } from "../methods/refusals.ts";
import { nodeIdOf } from "../wire-nodes.ts";
import { type ExecNews, execNote } from "./exec-note.ts";
import { RepeatFilter } from "./repeat-filter.ts";

/** Time in which the same words of a node are one utterance that was told twice. */
const SAME_UTTERANCE_MS = 1_500;

/** Tells whether anything came of an event of a node. @throws {RpcError} the run it asks for is refused */
export type NodeEvents = (told: NodeEvent, caller: Caller) => boolean | Promise<boolean>;

/**
 * Does what nodes tell calls for. A node holds no scopes: the runs it asks for are its own, may start nothing over and
 * decide nothing (T-AZ-14).
 *
 * Docs: protocol.md#node-events
 */
export function createNodeEvents(context: NodeEventParts): NodeEvents {
  const utterances = new RepeatFilter({ withinMs: SAME_UTTERANCE_MS, now: context.now });

  const start = async (asked: Asked, { connection, traceparent }: Caller): Promise<boolean> => {
    const { id, displayName: name } = connection.client;
    const request: RunRequest = {
      ...asked,
      principal: principalKey(connection.grant.principal),
      sender: { id, ...given({ name }) },
      ...given({ traceparent }),
    };
    await answerOf("node.event", connection, () => context.agents.startRun(request));
    return true;
  };

  const note = async (news: ExecNews, connection: ConnectionView): Promise<boolean> => {
    const { agents, nodes } = context;
    const { sessionKey, runId } = news.payload;
    // Notes wait in memory: sessions that are not there could be made up without end.
    if (sessionKey !== undefined && !(await hasSession(agents, sessionKey))) return false;
    const nodeId = nodeIdOf(connection);
    const name = (await nodes.nameOf(nodeId)) ?? connection.client.displayName ?? nodeId;
    const contextKey = `${news.event} ${nodeId} ${(runId ?? "").slice(0, 256)}`;
    agents.systemEvents.enqueue(execNote(news, name), { contextKey, ...given({ sessionKey }) });
    return true;
  };

  return (told, caller) => {
    const { connection } = caller;
    switch (told.event) {
      case "chat.subscribe":
        context.subscriptions.watch(connection.connId, told.payload.sessionKey);
        return true;
      case "chat.unsubscribe":
        context.subscriptions.unwatch(connection.connId, told.payload.sessionKey);
        return true;
      case "agent.request": {
        const {
          message,
          sessionKey,
          thinking,
          timeoutSeconds,
          idempotencyKey: runId = randomUUID(),
        } = told.payload;
        const timeoutMs = timeoutSeconds === undefined ? undefined : timeoutSeconds * 1000;
        const asked = { kind: "agent", message, runId, params: told.payload } as const;
        return start({ ...asked, ...given({ sessionKey, thinking, timeoutMs }) }, caller);
      }
      case "voice.transcript": {
        const { text: message, sessionKey } = told.payload;
        const words = `${sessionKey ?? ""}\n${message}`;
        return utterances.once(nodeIdOf(connection), words, () =>
          start(
            { kind: "chat", message, runId: randomUUID(), params: told.payload, ...given({ sessionKey }) },
            caller,
          ),
        );
      }
      case "exec.started":
      case "exec.finished":
      case "exec.denied":
        return note(told, connection);
      default:
        return told satisfies never;
    }
  };
}

/** Parts of a gateway that nodes reach by what they tell. */
export type NodeEventParts = Pick<GatewayContext, "agents" | "nodes" | "subscriptions" | "now">;

type Asked = Omit<RunRequest, "principal" | "sender">;

async function hasSession(agents: GatewayContext["agents"], key: string): Promise<boolean> {
  try {
    return (await agents.sessions.describe({ key })) !== undefined;
  } catch {
    // A key that can be none is no session's.
    return false;
  }
}
