/** State of one agent's or the whole gateway's session store. */
export interface HealthSessions {
  /** `"[redacted]"` without `operator.read`. */
  readonly path: string;
  readonly count: number;
  /** Newest first, at most 5; empty without `operator.read`. */
  readonly recent: readonly { readonly key: string; readonly updatedAt: number; readonly age: number }[];
}

/** Heartbeat settings of an agent. */
export interface HealthHeartbeat {
  readonly enabled: boolean;
  readonly every: string;
  readonly everyMs: number | null;
  readonly prompt: string;
  readonly target: string;
  readonly model?: string;
  readonly ackMaxChars: number;
}

/** One agent in a {@link HealthSnapshot}. */
export interface AgentHealth {
  readonly agentId: string;
  readonly name?: string;
  readonly isDefault: boolean;
  readonly heartbeat: HealthHeartbeat;
  readonly sessions: HealthSessions;
}

/** Whether the running gateway has the configuration that is on disk. */
export interface ConfigStatus {
  /**
   * What became of the file as it is: `applied`; or the last good one stays in force, because it is `invalid` or
   * `missing`, because no gateway could start with it or others could have written it (`refused`), or because applying it
   * failed (`reverted`).
   */
  readonly state: "applied" | "invalid" | "missing" | "refused" | "reverted";
  readonly valid: boolean;
  /** Started with the last good configuration because the file could not be used; until a file is taken over. */
  readonly safeMode?: true;
  /** Of the file that was taken over last. */
  readonly hash: string | null;
  readonly issues: number;
  /** What stands in the way; only with `operator.admin`. */
  readonly path?: string;
  readonly reason?: string;
  /** Changed paths that wait for a restart; only with `operator.admin`. */
  readonly pendingRestart: readonly string[];
}

/** How punctual the gateway's process was lately. */
export interface EventLoopHealth {
  /** Late or busy enough for clients to notice. */
  readonly degraded: boolean;
  /** Epoch ms. */
  readonly degradedSinceMs: number | null;
  /** `event_loop_delay`, `event_loop_utilization`, `cpu`. */
  readonly reasons: readonly string[];
  /** Time the other numbers are about. */
  readonly intervalMs: number;
  readonly delayP99Ms: number;
  readonly delayMaxMs: number;
  /** 0 to 1. */
  readonly utilization: number;
  /** CPU time of the whole process; 1 is one core. */
  readonly cpuCoreRatio: number;
}

/**
 * The gateway's own view of its condition: result of `health`, payload of the `health` event, part of the hello.
 *
 * Docs: protocol.md#health
 */
export interface HealthSnapshot {
  readonly ok: true;
  /** When it was taken, epoch ms. */
  readonly ts: number;
  readonly durationMs: number;
  readonly channels: Readonly<Record<string, unknown>>;
  readonly channelOrder: readonly string[];
  readonly channelLabels: Readonly<Record<string, string>>;
  readonly heartbeatSeconds: number;
  readonly defaultAgentId: string;
  readonly agents: readonly AgentHealth[];
  readonly sessions: HealthSessions;
  readonly configStatus?: ConfigStatus;
  /** Dialect 4, from here on. */
  readonly plugins?: {
    readonly loaded: readonly string[];
    readonly errors: readonly unknown[];
    readonly unavailable: readonly unknown[];
  };
  readonly configReload?: { readonly hotReloadStatus: string };
  readonly eventLoop?: EventLoopHealth;
}
