import type { ListeningSockets } from "./listener.ts";
import { WriteBudget } from "./config/write-budget.ts";

/** What a gateway hands to the one that takes its place in the same process, so that a restart resets no limit. */
export interface GatewayMemory {
  /** Calls that were spent on writing the configuration. */
  readonly writeBudget: WriteBudget;
  /** Epoch ms of the last restart that a write asked for. */
  restartedAt: number | undefined;
  /** Sockets that listen on while there is no gateway; whoever starts none with this memory any more closes them. */
  sockets: ListeningSockets | undefined;
}

export function createMemory(): GatewayMemory {
  return { writeBudget: new WriteBudget(), restartedAt: undefined, sockets: undefined };
}
