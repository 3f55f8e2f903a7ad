import { LIMITS, type Methods, scopeCovers, type SessionsList } from "@openclaw/protocol";
import { type ConnectionView, defineMethods, type MethodHandlers } from "@openclaw/rpc-server";
import type { GatewayContext } from "../context.ts";
import { chatHistory, sessionRow } from "../session-view.ts";
import { given } from "./given.ts";
import { answerOf } from "./refusals.ts";

const PREVIEWED_KEYS = 64;
const PREVIEW_ITEMS = 12;
const PREVIEW_CHARS = 240;
const MESSAGES = 200;

/** Looking at sessions. */
export function sessionMethods(context: GatewayContext): MethodHandlers {
  return defineMethods({
    "sessions.list": ({ params, connection }) => sessionsList(context, connection, params),

    "sessions.preview": async ({ params }) => ({
      ts: context.now(),
      previews: await context.agents.sessions.preview({
        keys: params.keys.slice(0, PREVIEWED_KEYS),
        limit: Math.min(params.limit ?? PREVIEW_ITEMS, LIMITS.previewItems),
        maxChars: Math.min(params.maxChars ?? PREVIEW_CHARS, LIMITS.previewChars),
      }),
    }),

    "sessions.resolve": async ({ params, connection }) => ({
      ok: true,
      key: await answerOf("sessions.resolve", connection, () =>
        context.agents.sessions.resolve(given(params)),
      ),
    }),

    "sessions.describe": async ({ params: { key, agentId }, connection }) => {
      const found = await answerOf("sessions.describe", connection, () =>
        context.agents.sessions.describe({ key, ...given({ agentId }) }),
      );
      return { session: found === undefined ? null : sessionRow(found, connection.dialect) };
    },

    "sessions.get": async ({ params: { key, agentId, limit = MESSAGES }, connection }) =>
      answerOf("sessions.get", connection, async () => {
        const found = await context.agents.sessions.describe({ key, ...given({ agentId }) });
        if (found === undefined) return { session: null, messages: [] };
        const { dialect } = connection;
        const view = await context.agents.history(found.key, { limit });
        return {
          session: sessionRow(found, dialect),
          messages: chatHistory(view, dialect).messages,
        };
      }),
  });
}

/** The sessions a client asks for, newest first. */
export async function sessionsList(
  context: GatewayContext,
  connection: ConnectionView,
  params: Methods["sessions.list"]["params"],
): Promise<SessionsList> {
  const { offset, agentId, search, label, spawnedBy, activeMinutes } = params;
  const { includeGlobal, includeUnknown, includeDerivedTitles, includeLastMessage } = params;
  // The answer has a size of its own: whoever wants them all turns the pages (T-DOS-06).
  const limit = Math.min(params.limit ?? LIMITS.sessionRows, LIMITS.sessionRows);
  const now = context.now();
  const updatedAfter = activeMinutes === undefined ? undefined : now - activeMinutes * 60_000;
  const { rows, total } = await context.agents.sessionRows(
    given({
      ...{ limit, offset, agentId, search, label, spawnedBy, updatedAfter },
      ...{ includeGlobal, includeUnknown, includeDerivedTitles, includeLastMessage },
    }),
  );
  const { provider, model, contextTokens } = context.agents.defaultModel();
  const isAdmin = scopeCovers(connection.grant.scopes, "operator.admin");
  const next = (offset ?? 0) + rows.length;
  return {
    ts: now,
    path: isAdmin ? context.storePath : "[redacted]",
    count: rows.length,
    ...(connection.dialect === 4 && {
      totalCount: total,
      ...((params.limit !== undefined || next < total) && { limitApplied: limit }),
      nextOffset: next < total ? next : null,
      hasMore: next < total,
      owners: [],
    }),
    defaults: { modelProvider: provider, model, contextTokens },
    sessions: rows.map((row) => sessionRow(row, connection.dialect)),
  };
}
