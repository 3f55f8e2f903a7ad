import { WriteBudget } from "./config/write-budget.ts";

/** What a gateway hands to the one that takes its place in the same process, so that a restart resets no limit. */
export interface GatewayMemory {
  /** Calls that were spent on writing the configuration. */
  readonly writeBudget: WriteBudget;
  /** Epoch ms of the last restart that a write asked for. */
  restartedAt: number | undefined;
}

export function createMemory(): GatewayMemory {
  return { writeBudget: new WriteBudget(), restartedAt: undefined };
}
