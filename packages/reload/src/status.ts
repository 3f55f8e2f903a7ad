import { type ConfigIssue, type LoadedConfig, settingDifferences } from "@openclaw/config";
import { dotted } from "./plan/plan-reload.ts";

/** What became of the file as it is now. */
export type ReloadState =
  /** It is taken over; what its mode leaves out is pending. */
  | "applied"
  /** It is not valid. */
  | "invalid"
  /** There is none. */
  | "missing"
  /** No gateway could start with it, or somebody else could have written it. */
  | "refused"
  /** Applying it failed, and everything is as before. */
  | "reverted";

/** Whether what is in force is what the file says. */
export interface ReloadStatus {
  readonly state: ReloadState;
  /** Setting that stands in the way, and why; never a value. */
  readonly path?: string;
  readonly reason?: string;
  /** Problems of the file. */
  readonly issues: number;
  /** Of the last text that came into force as a whole. */
  readonly hash: string;
  /** Settings that the file has otherwise than they are in force. */
  readonly pending: readonly string[];
}

/** What stands in the way of a file. */
export interface Obstacle {
  readonly issues: readonly ConfigIssue[];
  /** @default of the first issue */
  readonly path?: string;
  readonly reason?: string;
}

/** The configurations that a status compares. */
export interface Readings {
  readonly inForce: LoadedConfig;
  /** The newest file that could be used, or else the last one that was taken over. */
  readonly newest: LoadedConfig;
  readonly hash: { readonly ofAccepted: string; readonly before: string };
}

/** A gateway that has just started runs with its whole file. */
export function statusAtStart({ hash }: LoadedConfig): ReloadStatus {
  return { state: "applied", issues: 0, hash, pending: [] };
}

/** The status while the newest file is not believed. */
export function doubted({ hash, pending }: ReloadStatus, reason: string): ReloadStatus {
  return { state: "refused", reason, issues: 1, hash, pending };
}

/** The status after a look at the file. The hash stays that of the last whole text as long as something is pending. */
export function standing(state: ReloadState, obstacle: Obstacle, readings: Readings): ReloadStatus {
  const { issues, path = issues[0]?.path, reason = issues[0]?.message } = obstacle;
  const { inForce, newest, hash } = readings;
  const pending = settingDifferences(inForce, newest).map(({ path: changed }) => dotted(changed));
  return {
    state,
    ...(path !== undefined && { path }),
    ...(reason !== undefined && { reason }),
    issues: issues.length,
    hash: pending.length === 0 ? hash.ofAccepted : hash.before,
    pending,
  };
}
