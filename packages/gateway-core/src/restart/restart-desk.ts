import { pid } from "node:process";
import type { RestartSentinel, ScheduledRestart } from "@openclaw/protocol";
import type { WriteMethod } from "../config/config-desk.ts";
import type { Logger } from "../options.ts";
import type { RestartSchedule, RestartWish } from "./restart-schedule.ts";
import { DOCTOR_HINT, leaveSentinel } from "./restart-sentinel.ts";

/** What asks for a restart. */
export interface RestartCall {
  readonly method: WriteMethod;
  readonly restartDelayMs?: number;
  readonly sessionKey?: string;
  readonly note?: string;
}

/** Restarts that clients ask for. */
export interface RestartDesk {
  /** Schedules a restart; nothing when the host of this gateway restarts none. */
  request(wish: RestartWish): ScheduledRestart | undefined;
  /** Leaves a note for the next start and schedules it; nothing when the host of this gateway restarts none. */
  schedule(
    call: RestartCall,
    about: { readonly root: string; readonly actor: string },
  ): Promise<{ readonly restart: ScheduledRestart; readonly sentinel: RestartSentinel | null } | undefined>;
}

/** Time between the answer and the restart, for clients to finish what they are at. */
const DEFAULT_DELAY_MS = 2_000;

export function createRestartDesk(parts: {
  readonly restarts: RestartSchedule | undefined;
  readonly stateDir: string;
  readonly now: () => number;
  readonly logger: Logger;
}): RestartDesk {
  const { restarts, stateDir, now, logger } = parts;
  const request = (wish: RestartWish): ScheduledRestart | undefined => {
    if (restarts === undefined) return undefined;
    const { reason } = wish;
    return { ok: true, pid, signal: "SIGUSR1", reason, mode: "emit", ...restarts.request(wish) };
  };
  return {
    request,
    schedule: async (call, { root, actor }) => {
      if (restarts === undefined) return undefined;
      const { method, restartDelayMs = DEFAULT_DELAY_MS } = call;
      const payload = sentinelPayload(call, root, now());
      const path =
        payload &&
        (await leaveSentinel(stateDir, payload).catch((error: unknown) => {
          logger.warn("restart note not written", { error });
          return null;
        }));
      const restart = request({ reason: method, delayMs: restartDelayMs, actor });
      if (restart === undefined) return undefined;
      return { restart, sentinel: payload === undefined || path === undefined ? null : { path, payload } };
    },
  };
}

/** Only what can carry a note leaves one: forms and scripts that use the other methods say nothing about it. */
function sentinelPayload(
  { method, sessionKey, note }: RestartCall,
  root: string,
  ts: number,
): RestartSentinel["payload"] | undefined {
  if (method !== "config.patch" && method !== "config.apply") return undefined;
  return {
    kind: method === "config.patch" ? "config-patch" : "config-apply",
    status: "ok",
    ts,
    ...(sessionKey !== undefined && { sessionKey }),
    message: note ?? null,
    doctorHint: DOCTOR_HINT,
    stats: { mode: method, root },
  };
}
