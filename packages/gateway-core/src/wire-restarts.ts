import type { Agents } from "@openclaw/agents";
import type { Loaded } from "./load.ts";
import type { GatewayMemory } from "./memory.ts";
import type { GatewayOptions, Logger } from "./options.ts";
import { RestartSchedule } from "./restart/restart-schedule.ts";
import { takeSentinel } from "./restart/restart-sentinel.ts";

interface Wiring {
  readonly options: GatewayOptions;
  readonly loaded: Loaded;
  readonly memory: GatewayMemory;
  readonly logger: Logger;
}

/** Restarts that writes of the configuration ask for; undefined when the host does none. */
export function createRestarts(
  { options, memory, logger }: Wiring,
  activeRuns: () => number,
): RestartSchedule | undefined {
  const { onRestartRequested, now = Date.now } = options;
  if (onRestartRequested === undefined) return undefined;
  return new RestartSchedule({
    // Whatever a host's function does, throwing included, becomes a promise.
    restart: async (reason) => onRestartRequested({ reason }),
    activeRuns,
    restartedAt: () => memory.restartedAt,
    onRestart: (at) => (memory.restartedAt = at),
    now,
    logger,
  });
}

/** Tells the session that asked for a restart, or the main one, that it is done. */
export async function passNoteOn(
  { loaded, logger }: Pick<Wiring, "loaded" | "logger">,
  agents: Agents,
): Promise<void> {
  if (!loaded.isDurable) return;
  const note = await takeSentinel(loaded.paths.stateDir);
  if (note === undefined) return;
  const { text, sessionKey } = note;
  try {
    agents.systemEvents.enqueue(text, { ...(sessionKey !== undefined && { sessionKey }) });
  } catch (error) {
    logger.warn("restart note not passed on", { error });
  }
}
