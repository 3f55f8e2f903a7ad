import type { Agents } from "@openclaw/agents";
import type { AuthEffect, DeviceDesk, PairedDevice } from "@openclaw/auth";
import type { LoadedConfig, Paths } from "@openclaw/config";
import type { HookSettings } from "@openclaw/http";
import type { Nodes } from "@openclaw/nodes";
import type { ConfigStatus, HealthHeartbeat, LogLevels } from "@openclaw/protocol";
import type { RpcServer } from "@openclaw/rpc-server";
import type { AuditLog } from "./audit/audit-log.ts";
import type { ApprovalPolicies } from "./approvals/policies.ts";
import type { ExecApprovals } from "./approvals/exec-approvals.ts";
import type { ConfigDesk } from "./config/config-desk.ts";
import type { Logger } from "./options.ts";
import type { RestartDesk } from "./restart/restart-desk.ts";
import type { RunPermit } from "./run-permit.ts";
import type { GatewayIdentity } from "./state/gateway-identity.ts";
import type { Health } from "./state/health.ts";
import type { PresenceBoard } from "./state/presence-board.ts";
import type { ProxyLooks } from "./state/proxy-looks.ts";
import type { SessionSubscriptions } from "./state/session-subscriptions.ts";
import type { VoiceWake } from "./state/voice-wake.ts";

/** Who is connected, and how to tell them something. */
export type Clients = Pick<RpcServer, "broadcast" | "sendTo" | "connections">;

/** What method handlers act on: the parts of one gateway. */
export interface GatewayContext {
  readonly agents: Agents;
  readonly presence: PresenceBoard;
  readonly health: Health;
  /** The configuration in force. */
  readonly config: () => LoadedConfig;
  /** Whether that is what is on disk. */
  readonly configStatus: () => ConfigStatus;
  /** The configuration on disk, and how to change it. */
  readonly configDesk: ConfigDesk;
  readonly restarts: Pick<RestartDesk, "request">;
  readonly paths: Paths;
  /** Where sessions are stored, as results show it. */
  readonly storePath: string;
  readonly heartbeat: (agentId: string) => HealthHeartbeat;
  /** Paired and waiting devices. */
  readonly devices: DeviceDesk;
  /** Sends what happened to a device to those it concerns, and ends the connections that lost their admission by it. */
  readonly settleDevices: (effects: readonly AuthEffect[]) => void;
  /** Machines that offer commands. */
  readonly nodes: Nodes;
  /** Ends the connections of a node. */
  readonly dropNode: (nodeId: string) => void;
  /** Who decides whether a command line may be run on a node. */
  readonly runPermit: RunPermit;
  /** Whether a connection of this device is open. */
  readonly isConnected: (deviceId: string) => boolean;
  /** Whether heartbeats are wanted; forgotten at the next start. */
  readonly heartbeats: { isOn: boolean };
  /** Folder an agent works in. */
  readonly workspaceDir: (agentId: string) => string;
  /** By which clients know this gateway again. */
  readonly identity: () => GatewayIdentity;
  /** New for every start. */
  readonly bootId: string;
  /** Epoch ms. */
  readonly startedAt: number;
  /** Every paired device, for lists of nodes. */
  readonly pairedDevices: () => Promise<readonly PairedDevice[]>;
  readonly voiceWake: VoiceWake;
  /** Who did what that matters for security. */
  readonly audit: AuditLog;
  /** Requests that an operator wants to see arrive. */
  readonly proxyLooks: ProxyLooks;
  /** Commands that wait for a person. */
  readonly approvals: ExecApprovals;
  /** What needs no person. */
  readonly approvalPolicies: ApprovalPolicies;
  /** Who watches which sessions. */
  readonly subscriptions: SessionSubscriptions;
  readonly clients: Clients;
  /** Tells everybody that the presence list changed. */
  readonly announcePresence: () => void;
  readonly logFile: () => string | undefined;
  /** Webhooks in force; undefined while they are not enabled. */
  readonly hooks: () => HookSettings | undefined;
  /** Undefined where the host of this gateway does not tell. */
  readonly logLevels: () => LogLevels | undefined;
  readonly logger: Logger;
  readonly now: () => number;
}
