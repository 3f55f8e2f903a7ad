import { tailLog } from "@openclaw/logs";
import { invalidRequest, RpcError } from "@openclaw/protocol";
import { defineMethods, type MethodHandlers } from "@openclaw/rpc-server";
import type { GatewayContext } from "../context.ts";
import { given } from "./given.ts";
import { answerOf } from "./refusals.ts";

/** What can be looked at: agents, models, channels, log. */
export function listMethods(context: GatewayContext): MethodHandlers {
  return defineMethods({
    "agents.list": ({ connection }) => ({
      ...context.agents.agentsList(),
      ...(connection.dialect === 4 && { ownership: "sole", selectionRequired: false }),
    }),

    "agent.identity.get": ({ params, connection }) =>
      answerOf("agent.identity.get", connection, () => context.agents.identity(given(params))),

    "models.list": () => ({ models: context.agents.models().map(({ maxTokens: _, ...model }) => model) }),

    "models.authStatus": () => ({
      ts: context.now(),
      providers: context.agents.providerKeys().map(({ provider, isUsable, ...source }) => ({
        ...{ provider, displayName: provider, status: isUsable ? "static" : "missing", profiles: [] },
        ...source,
      })),
    }),

    // The web chat is built in and never listed; no other channel is part of this build.
    "channels.status": ({ connection }) => ({
      ts: context.now(),
      channelOrder: [],
      channelLabels: {},
      channelDetailLabels: {},
      channelSystemImages: {},
      channelMeta: [],
      channels: {},
      channelAccounts: {},
      channelDefaultAccountId: {},
      ...(connection.dialect === 4 && { statusIssues: [], eventLoop: context.health.eventLoop }),
    }),

    "channels.logout": () => noSuchChannel("channels.logout"),
    "channels.start": () => noSuchChannel("channels.start"),
    "channels.stop": () => noSuchChannel("channels.stop"),

    "logs.tail": async ({ params }) => {
      const file = context.logFile();
      if (file === undefined)
        return { file: "", cursor: 0, size: 0, lines: [], truncated: false, reset: false };
      return tailLog(file, params).catch((error: unknown) => {
        throw new RpcError(
          "UNAVAILABLE",
          `log read failed: ${error instanceof Error ? error.message : "unknown"}`,
          { cause: error },
        );
      });
    },
  });
}

/** No connector is part of this build, so there is none of any name. */
function noSuchChannel(method: string): never {
  throw invalidRequest(`invalid ${method} channel`);
}
