import { type ChatEventPayload, chatPayload } from "@openclaw/protocol";
import { defineMethods, type MethodHandlers } from "@openclaw/rpc-server";
import type { GatewayContext } from "../context.ts";
import { chatHistory } from "../session-view.ts";
import { given } from "./given.ts";
import { answerOf } from "./refusals.ts";

const MESSAGES = 200;

/** Reading conversations, and adding to them without a run. */
export function chatMethods(context: GatewayContext): MethodHandlers {
  return defineMethods({
    "chat.history": ({ params: { sessionKey, limit = MESSAGES, offset = 0 }, connection }) =>
      answerOf("chat.history", connection, async () => {
        const view = await context.agents.history(sessionKey, { limit, offset });
        return chatHistory(view, connection.dialect);
      }),

    "chat.inject": ({ params: { sessionKey, message, label }, connection }) =>
      answerOf("chat.inject", connection, async () => {
        const { sessions } = context.agents;
        const injected = await sessions.inject({ key: sessionKey, message, ...given({ label }) });
        context.health.touch();
        announce(context, sessionKey, injected);
        return { ok: true, messageId: injected.messageId };
      }),
  });
}

type Injected = Awaited<ReturnType<GatewayContext["agents"]["sessions"]["inject"]>>;

/** Shows the message in every chat, as a run's answer would be. */
function announce(
  context: GatewayContext,
  sessionKey: string,
  { messageId, agentId, message }: Injected,
): void {
  const only = context.subscriptions.ofRuns(context.agents.resolveSessionKey(sessionKey));
  const payload: ChatEventPayload = {
    ...{ runId: `inject-${messageId}`, sessionKey, agentId, seq: 0, state: "final" },
    message: { ...message },
  };
  context.clients.broadcast("chat", (dialect) => chatPayload(dialect, payload), only && { only });
}
