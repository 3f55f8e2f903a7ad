import { pid } from "node:process";
import type { SessionRow, SessionsSummary } from "@openclaw/agents";
import type { HookSettings } from "@openclaw/http";
import {
  healthPayload,
  invalidRequest,
  scopeCovers,
  type StatusSessionRow,
  type StatusSummary,
} from "@openclaw/protocol";
import { defineMethods, type MethodHandlers } from "@openclaw/rpc-server";
import type { GatewayContext } from "../context.ts";
import { operatorScopes } from "../operator-scopes.ts";
import { configStatusFor, healthFor } from "../state/health.ts";
import type { PresenceChange } from "../state/presence.ts";
import { GATEWAY_VERSION } from "../version.ts";
import { given } from "./given.ts";

const RECENT = 10;

/** How the gateway is, who is there, and notes from outside. */
export function statusMethods(context: GatewayContext): MethodHandlers {
  return defineMethods({
    health: async ({ params, connection }) =>
      healthPayload(
        connection.dialect,
        healthFor(
          await context.health.get({ fresh: params.probe === true }),
          operatorScopes(connection.grant),
        ),
      ),

    status: async ({ params, connection }) => {
      const isAdmin = scopeCovers(connection.grant.scopes, "operator.admin");
      const summary = await statusSummary(context, isAdmin);
      if (connection.dialect === 3) return summary;
      return {
        ...summary,
        configStatus: configStatusFor(context.configStatus(), operatorScopes(connection.grant)),
        runtimeVersion: GATEWAY_VERSION,
        pid,
        ...given({ logging: context.logLevels() }),
        lanes: context.agents.lanes,
        hooks: hookStatus(context.hooks(), isAdmin),
        ...(params.includeCliProjection === true && { cliProjection: cliProjection(context) }),
      };
    },

    "system-presence": () => context.presence.list(),

    "system-event": ({ params }) => {
      const text = typeof params.text === "string" ? params.text.trim() : "";
      if (text === "") throw invalidRequest("text required");
      if (context.presence.note({ text, fields: noteFields(params) }))
        context.agents.systemEvents.enqueue(text);
      context.announcePresence();
      return { ok: true };
    },
  });
}

async function statusSummary(context: GatewayContext, isAdmin: boolean): Promise<StatusSummary> {
  const summary = await context.agents.sessionsSummary({ recent: RECENT });
  const { defaultId, agents } = context.agents.agentsList();
  const model = context.agents.defaultModel();
  const now = context.now();
  const rows = (part: Pick<SessionsSummary, "recent">) =>
    isAdmin ? part.recent.map((row) => statusRow(row, now)) : [];
  return {
    heartbeat: {
      defaultAgentId: defaultId,
      agents: agents.map(({ id }) => {
        const { enabled, every, everyMs } = context.heartbeat(id);
        return { agentId: id, enabled, every, everyMs };
      }),
    },
    channelSummary: [],
    queuedSystemEvents: context.agents.systemEvents.peek(),
    sessions: {
      paths: isAdmin ? [context.storePath] : [],
      count: summary.count,
      defaults: isAdmin
        ? { model: model.model, contextTokens: model.contextTokens }
        : { model: null, contextTokens: null },
      recent: rows(summary),
      byAgent: agents.map(({ id }) => {
        const own = summary.byAgent.find(({ agentId }) => agentId === id) ?? { count: 0, recent: [] };
        return {
          agentId: id,
          path: isAdmin ? context.storePath : "[redacted]",
          count: own.count,
          recent: rows(own),
        };
      }),
    },
  };
}

function hookStatus(hooks: HookSettings | undefined, isAdmin: boolean): NonNullable<StatusSummary["hooks"]> {
  return { enabled: hooks !== undefined, ...(isAdmin && given({ path: hooks?.path })) };
}

function statusRow(row: SessionRow, now: number): StatusSessionRow {
  const { agentId, key, kind, sessionId, updatedAt, model, contextTokens } = row;
  const totalTokens = row.totalTokens ?? null;
  const levels = pick(row, ["thinkingLevel", "verboseLevel", "reasoningLevel", "elevatedLevel"]);
  return {
    agentId,
    key,
    kind,
    sessionId,
    updatedAt,
    age: Math.max(0, now - updatedAt),
    ...levels,
    ...pick(row, ["systemSent", "abortedLastRun", "inputTokens", "outputTokens", "cacheRead", "cacheWrite"]),
    totalTokens,
    totalTokensFresh: row.totalTokensFresh,
    remainingTokens: totalTokens === null ? null : Math.max(0, contextTokens - totalTokens),
    percentUsed: totalTokens === null ? null : Math.min(999, Math.round((totalTokens / contextTokens) * 100)),
    model,
    contextTokens,
    flags: rowFlags(row),
  };
}

function rowFlags(row: SessionRow): string[] {
  return [
    ...(row.thinkingLevel === undefined ? [] : [`think:${row.thinkingLevel}`]),
    ...(row.verboseLevel === undefined ? [] : [`verbose:${row.verboseLevel}`]),
    ...(row.systemSent === true ? ["system"] : []),
    ...(row.abortedLastRun === true ? ["aborted"] : []),
    `id:${row.sessionId}`,
  ];
}

function pick<T extends object, K extends keyof T>(from: T, names: readonly K[]): Partial<Pick<T, K>> {
  const picked: Partial<Pick<T, K>> = {};
  for (const name of names) if (from[name] !== undefined) picked[name] = from[name];
  return picked;
}

function cliProjection(context: GatewayContext): NonNullable<StatusSummary["cliProjection"]> {
  const { defaultId, agents } = context.agents.agentsList();
  return {
    agents: {
      defaultId,
      ownership: "sole",
      selectionRequired: false,
      rows: agents.map(({ id }) => ({ id })),
    },
    updateChannel: "stable",
    memoryPlugin: { enabled: false, slot: null },
  };
}

const TEXT_FIELDS = [
  "deviceId",
  "instanceId",
  "host",
  "ip",
  "version",
  "platform",
  "deviceFamily",
  "modelIdentifier",
  "mode",
  "reason",
] as const;

/** The optional fields of a `system-event`; wrongly typed ones count as absent. */
function noteFields(params: Readonly<Record<string, unknown>>): PresenceChange {
  const texts = TEXT_FIELDS.flatMap((name) =>
    typeof params[name] === "string" ? [[name, params[name]] as const] : [],
  );
  const seconds = params["lastInputSeconds"];
  return {
    ...Object.fromEntries(texts),
    ...(typeof seconds === "number" && Number.isFinite(seconds) && { lastInputSeconds: seconds }),
    ...textList("roles", params["roles"]),
    ...textList("scopes", params["scopes"]),
  };
}

function textList(name: "roles" | "scopes", value: unknown): PresenceChange {
  const isTexts =
    Array.isArray(value) && value.length <= 32 && value.every((item) => typeof item === "string");
  return isTexts ? { [name]: value } : {};
}
