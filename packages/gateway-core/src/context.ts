import type { Agents } from "@openclaw/agents";
import type { LoadedConfig, Paths } from "@openclaw/config";
import type { HealthHeartbeat } from "@openclaw/protocol";
import type { Logger } from "./options.ts";
import type { Health } from "./state/health.ts";
import type { PresenceBoard } from "./state/presence-board.ts";

/** What method handlers act on: the parts of one gateway. */
export interface GatewayContext {
  readonly agents: Agents;
  readonly presence: PresenceBoard;
  readonly health: Health;
  /** The configuration in force. */
  readonly config: () => LoadedConfig;
  readonly paths: Paths;
  /** Where sessions are stored, as results show it. */
  readonly storePath: string;
  readonly heartbeat: (agentId: string) => HealthHeartbeat;
  /** Tells everybody that the presence list changed. */
  readonly announcePresence: () => void;
  readonly logFile: () => string | undefined;
  readonly logger: Logger;
  readonly now: () => number;
}
