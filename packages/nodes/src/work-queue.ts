import type { Serial } from "./serial.ts";
import type { NodeRecord, NodeStore, WorkItem } from "./store.ts";

/** Work for a node. */
export interface WorkOrder {
  readonly nodeId: string;
  readonly type: WorkItem["type"];
  readonly priority: WorkItem["priority"];
  /** @default it waits until it is done */
  readonly expiresInMs?: number | undefined;
}

export interface WorkQueueOptions {
  readonly store: () => NodeStore;
  readonly serial: Serial;
  readonly newId: () => string;
  /** Epoch ms. */
  readonly now: () => number;
}

/** What is done with one `drain` when nothing else is said. */
const DRAIN_ITEMS = 10;

/**
 * Work for nodes that are away, kept over restarts. A type waits once per node, so a queue is as short as there are
 * types.
 *
 * Docs: protocol.md#nodes
 */
export class WorkQueue {
  readonly #options: WorkQueueOptions;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
  }

  /** Adds work, durable when it resolves; the same type already waiting is given instead. */
  enqueue({ nodeId, type, priority, expiresInMs }: WorkOrder): Promise<{ revision: number; item: WorkItem }> {
    const { serial, store, newId, now } = this.#options;
    return serial.run(async () => {
      const record = (await store().node(nodeId)) ?? { nodeId };
      const { revision, items } = this.#waiting(record);
      const known = items.find((item) => item.type === type);
      if (known !== undefined) return { revision, item: known };
      const at = now();
      const expiresAtMs = expiresInMs === undefined ? null : at + expiresInMs;
      const item: WorkItem = { id: newId(), type, priority, createdAtMs: at, expiresAtMs };
      await store().putNode({ ...record, work: { revision: revision + 1, items: [...items, item] } });
      return { revision: revision + 1, item };
    });
  }

  /** Takes work off the queue, the urgent first; it is gone when this resolves. */
  drain(
    nodeId: string,
    maxItems = DRAIN_ITEMS,
  ): Promise<{ revision: number; items: readonly WorkItem[]; hasMore: boolean }> {
    const { serial, store } = this.#options;
    return serial.run(async () => {
      const record = (await store().node(nodeId)) ?? { nodeId };
      const { revision, items } = this.#waiting(record);
      const sorted = items.toSorted((a, b) => Number(b.priority === "high") - Number(a.priority === "high"));
      const taken = sorted.slice(0, maxItems);
      if (taken.length === 0) return { revision, items: [], hasMore: false };
      const rest = sorted.slice(maxItems);
      await store().putNode({ ...record, work: { revision: revision + 1, items: rest } });
      return { revision: revision + 1, items: taken, hasMore: rest.length > 0 };
    });
  }

  #waiting({ work }: NodeRecord): { revision: number; items: readonly WorkItem[] } {
    const at = this.#options.now();
    const items = (work?.items ?? []).filter(({ expiresAtMs }) => expiresAtMs === null || expiresAtMs > at);
    return { revision: work?.revision ?? 0, items };
  }
}
