import { randomUUID } from "node:crypto";
import { invalidRequest } from "@openclaw/protocol";
import { type ConnectionView, defineMethods, type MethodHandlers } from "@openclaw/rpc-server";
import { actorOf } from "../actor.ts";
import type { GatewayContext } from "../context.ts";
import { given } from "./given.ts";
import { answerOf, refuseWebchat } from "./refusals.ts";

const KEPT_LINES = 400;

/** Which session, and as whom the caller knows it. */
interface Target {
  readonly key: string;
  readonly agentId?: string | undefined;
  readonly expectedSessionId?: string | undefined;
}

/** Changing sessions. Who watches them hears of it before the caller gets the answer. */
export function sessionChangeMethods(context: GatewayContext): MethodHandlers {
  /** Names the session, unless it was started over since the caller looked. */
  const nameOf = async ({ key, agentId, expectedSessionId }: Target) => {
    const name = { key, ...given({ agentId }) };
    if (expectedSessionId === undefined) return name;
    const found = await context.agents.sessions.describe(name);
    if (found?.sessionId === expectedSessionId) return name;
    throw invalidRequest("session changed since it was read; look again and retry", {
      reason: "session-changed",
      ...(found !== undefined && { sessionId: found.sessionId }),
    });
  };

  return defineMethods({
    "sessions.patch": async ({ params, connection }) => {
      refuseWebchat(connection, "patch");
      const { key: _key, agentId: _agent, expectedSessionId: _expected, ...patch } = params;
      const patched = await change(context, "sessions.patch", connection, async () =>
        context.agents.sessions.patch(await nameOf(params), given(patch)),
      );
      return { ok: true, path: context.storePath, ...patched };
    },

    "sessions.create": async ({ params: { key: asked, agentId, ...settings }, connection }) => {
      const created = await change(context, "sessions.create", connection, async () => {
        const owner = agentId ?? context.agents.agentsList().defaultId;
        const key = asked ?? `agent:${owner}:${randomUUID()}`;
        return context.agents.sessions.create({ key, ...given({ agentId }) }, given(settings));
      });
      return { ok: true, ...created, sessionId: created.entry.sessionId };
    },

    "sessions.reset": async ({ params, connection }) => ({
      ok: true,
      ...(await change(context, "sessions.reset", connection, async () =>
        context.agents.sessions.reset(await nameOf(params)),
      )),
    }),

    "sessions.delete": async ({ params, connection }) => {
      refuseWebchat(connection, "delete");
      const keepTranscript = params.deleteTranscript === false;
      const deleted = await change(context, "sessions.delete", connection, async () =>
        context.agents.sessions.delete({ ...(await nameOf(params)), keepTranscript }),
      );
      return { ok: true, ...deleted, archived: [] };
    },

    "sessions.compact": async ({ params, connection }) => {
      const maxLines = params.maxLines ?? KEPT_LINES;
      const cut = await change(context, "sessions.compact", connection, async () =>
        context.agents.sessions.cut({ ...(await nameOf(params)), maxLines }),
      );
      return { ok: true, ...cut, ...(cut.compacted && { archived: context.storePath }) };
    },

    "sessions.cleanup": async ({ params: { dryRun, enforce, activeKey }, ...call }) => {
      const apply = dryRun === true ? false : enforce === true ? true : undefined;
      const cleanup = await change(context, "sessions.cleanup", call.connection, () =>
        context.agents.cleanUp(given({ apply, activeKey })),
      );
      const { removals, applied } = cleanup;
      // What is gone is not asked for again: the log is where it can be looked up.
      if (applied && removals.length > 0)
        context.logger.info(`sessions.cleanup removed=${removals.length} ${actorOf(call)}`);
      return { ok: true, ...cleanup };
    },
  });
}

/** Changes a session; health shows it from the next look on. */
async function change<T>(
  context: GatewayContext,
  ...[method, connection, work]: [method: string, connection: ConnectionView, work: () => Promise<T>]
): Promise<T> {
  const result = await answerOf(method, connection, work);
  context.health.touch();
  return result;
}
