import { defineMethods, type MethodHandlers } from "@openclaw/rpc-server";
import type { GatewayContext } from "../context.ts";
import { answerOf } from "./refusals.ts";
import { sessionsList } from "./sessions.ts";

/** Watching sessions. A subscription is there before its answer, and gone with its connection. */
export function subscriptionMethods(context: GatewayContext): MethodHandlers {
  const { subscriptions } = context;
  const keyOf = ({ key, agentId }: { readonly key: string; readonly agentId?: string | undefined }) =>
    context.agents.resolveSessionKey(key, agentId);
  return defineMethods({
    "sessions.subscribe": async ({ params, connection }) => {
      // Before the list is read, so that nothing falls between list and events.
      subscriptions.watchAll(connection.connId);
      if (Object.keys(params).length === 0) return { subscribed: true };
      return { subscribed: true, list: await sessionsList(context, connection, params) };
    },

    "sessions.messages.subscribe": ({ params, connection }) =>
      answerOf("sessions.messages.subscribe", connection, () => {
        const key = keyOf(params);
        subscriptions.watch(connection.connId, key);
        return { subscribed: true, key };
      }),

    "sessions.messages.unsubscribe": ({ params, connection }) =>
      answerOf("sessions.messages.unsubscribe", connection, () => {
        const key = keyOf(params);
        subscriptions.unwatch(connection.connId, key);
        return { subscribed: false, key };
      }),
  });
}
