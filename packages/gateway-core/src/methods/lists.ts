import { redactConfig } from "@openclaw/config";
import { AgentsError } from "@openclaw/agents";
import {
  type ChatHistory,
  type ChatMessage,
  type Dialect,
  invalidRequest,
  RpcError,
  scopeCovers,
} from "@openclaw/protocol";
import { defineMethods, type MethodHandlers } from "@openclaw/rpc-server";
import type { GatewayContext } from "../context.ts";
import { tailLog } from "../state/log-tail.ts";

const HISTORY_LIMIT = 200;

/** What can be looked at: sessions, messages, agents, models, channels, configuration, log. */
export function listMethods(context: GatewayContext): MethodHandlers {
  return defineMethods({
    "chat.history": ({ params, connection }) =>
      history(context, connection.dialect, {
        sessionKey: params.sessionKey,
        limit: params.limit ?? HISTORY_LIMIT,
      }),

    "sessions.list": async ({ params, connection }) => {
      const { limit, offset, agentId, search, label, spawnedBy, activeMinutes } = params;
      const now = context.now();
      const { rows, total } = await context.agents.sessionRows({
        ...(limit !== undefined && { limit }),
        ...(offset !== undefined && { offset }),
        ...(agentId !== undefined && { agentId }),
        ...(search !== undefined && { search }),
        ...(label !== undefined && { label }),
        ...(spawnedBy !== undefined && { spawnedBy }),
        ...(activeMinutes !== undefined && { updatedAfter: now - activeMinutes * 60_000 }),
        ...(params.includeGlobal !== undefined && { includeGlobal: params.includeGlobal }),
        ...(params.includeUnknown !== undefined && { includeUnknown: params.includeUnknown }),
        ...(params.includeDerivedTitles !== undefined && {
          includeDerivedTitles: params.includeDerivedTitles,
        }),
        ...(params.includeLastMessage !== undefined && { includeLastMessage: params.includeLastMessage }),
      });
      const { provider, model, contextTokens } = context.agents.defaultModel();
      const isAdmin = scopeCovers(connection.grant.scopes, "operator.admin");
      const next = (offset ?? 0) + rows.length;
      return {
        ts: now,
        path: isAdmin ? context.storePath : "[redacted]",
        count: rows.length,
        ...(connection.dialect === 4 && {
          totalCount: total,
          ...(limit !== undefined && { limitApplied: limit }),
          nextOffset: next < total ? next : null,
          hasMore: next < total,
          owners: [],
        }),
        defaults: { modelProvider: provider, model, contextTokens },
        sessions: connection.dialect === 4 ? rows : rows.map(({ agentId: _, ...row }) => row),
      };
    },

    "agents.list": ({ connection }) => ({
      ...context.agents.agentsList(),
      ...(connection.dialect === 4 && { ownership: "sole", selectionRequired: false }),
    }),

    "models.list": () => ({ models: context.agents.models().map(({ maxTokens: _, ...model }) => model) }),

    // The web chat is built in and never listed; no other channel is part of this build.
    "channels.status": () => ({
      ts: context.now(),
      channelOrder: [],
      channelLabels: {},
      channelDetailLabels: {},
      channelSystemImages: {},
      channelMeta: [],
      channels: {},
      channelAccounts: {},
      channelDefaultAccountId: {},
    }),

    "config.get": () => redactConfig(context.config()),

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

async function history(
  context: GatewayContext,
  dialect: Dialect,
  { sessionKey, limit }: { readonly sessionKey: string; readonly limit: number },
): Promise<ChatHistory> {
  try {
    const { activeRunIds, messages, ...view } = await context.agents.history(sessionKey, { limit });
    return {
      ...view,
      messages: messages.map((message): ChatMessage => ({ content: "", ...message })),
      ...(dialect === 4 && activity(activeRunIds)),
    };
  } catch (error) {
    if (error instanceof AgentsError) throw invalidRequest(`invalid chat.history params: ${error.message}`);
    throw error;
  }
}

function activity(runIds: readonly string[]): Pick<ChatHistory, "sessionInfo"> {
  return { sessionInfo: { hasActiveRun: runIds.length > 0, activeRunIds: runIds } };
}
