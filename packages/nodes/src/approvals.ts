import type { NodeDetails } from "@openclaw/protocol";
import { NodesError } from "./errors.ts";
import type { NodeTokens } from "./node-tokens.ts";
import type { Serial } from "./serial.ts";
import type { NodeApproval, NodeRecord, NodeRequest, NodeStore } from "./store.ts";

/** Something others must hear about; broadcast it under its `type`. */
export type NodeNews =
  | { readonly type: "node.pair.requested"; readonly payload: NodeRequest }
  | { readonly type: "node.pair.resolved"; readonly payload: NodeResolution };

/** The end of a request, or of an approval. */
export interface NodeResolution {
  readonly requestId: string;
  readonly nodeId: string;
  readonly decision: "approved" | "rejected" | "removed" | "superseded";
  readonly ts: number;
}

/** What is asked to be approved. */
export interface NodeWish extends NodeDetails {
  readonly nodeId: string;
  readonly caps?: readonly string[];
  readonly commands?: readonly string[];
  readonly silent?: boolean;
}

/** Who decides, for the log, and what he may: `permit` sees the request first; what it throws ends the matter. */
export interface Decider {
  readonly by: string;
  /** W3C trace context of the request. */
  readonly traceparent?: string;
  permit(request: NodeRequest): void;
}

function loggedDecider({ by, traceparent }: Omit<Decider, "permit">): Omit<Decider, "permit"> {
  return { by, ...(traceparent !== undefined && { traceparent }) };
}

/** An approved node as operators see it. */
export interface ApprovedNode extends NodeApproval {
  readonly nodeId: string;
}

export interface NodeApprovalsOptions {
  readonly store: () => NodeStore;
  readonly serial: Serial;
  readonly tokens: NodeTokens;
  /** When a node's device was paired, epoch ms. */
  readonly pairedAt: (nodeId: string) => Promise<number | undefined>;
  /** Whether the node is here: its request then waits as long as it stays. */
  readonly isConnected: (nodeId: string) => boolean;
  /** Called before the change is answered. */
  readonly onNews: (news: NodeNews) => void;
  readonly logger: Pick<Console, "info">;
  readonly newId: () => string;
  /** Epoch ms. */
  readonly now: () => number;
}

/** A request of a node that is not here waits this long. */
const REQUEST_TTL_MS = 300_000;

/** Requests of all nodes that may wait at the same time; a flood must not bury the real one (T-PAIR-12). */
const MAX_REQUESTS = 50;

/**
 * What operators have approved nodes for, and what waits for them. One request per node; an approval is of exactly
 * what the request showed, since a request never changes.
 *
 * Docs: protocol.md#nodes
 */
export class NodeApprovals {
  readonly #options: NodeApprovalsOptions;

  constructor(options: NodeApprovalsOptions) {
    this.#options = options;
  }

  /** Requests newest first, approvals last first. */
  async list(): Promise<{ readonly pending: NodeRequest[]; readonly paired: ApprovedNode[] }> {
    const records = await this.#options.store().nodes();
    const paired = await Promise.all(
      records.map(async (record) => {
        const approval = await this.standing(record);
        return approval === undefined ? [] : [nodeOf(record, approval)];
      }),
    );
    return {
      pending: records.flatMap((record) => this.#live(record) ?? []).sort((a, b) => b.ts - a.ts),
      paired: paired.flat().sort((a, b) => b.approvedAtMs - a.approvedAtMs),
    };
  }

  /** The approval of a node, if it still counts: a device that was removed and paired again begins anew (T-PAIR-10). */
  async standing(record: NodeRecord | undefined): Promise<NodeApproval | undefined> {
    if (record?.approval === undefined) return undefined;
    return approvalIn(record, await this.#options.pairedAt(record.nodeId));
  }

  /** Files a request; one that waits for the same node already is given instead. @throws {NodesError} crowded */
  request(wish: NodeWish): Promise<{ readonly request: NodeRequest; readonly created: boolean }> {
    return this.#options.serial.run(async () => {
      const record = await this.#record(wish.nodeId);
      const waiting = this.#live(record);
      if (waiting !== undefined) return { request: waiting, created: false };
      return { request: await this.#file(record, wish, "operator"), created: true };
    });
  }

  /**
   * Brings the request of a node that has connected up to date; there is none when all it offers is approved. A request
   * for something else than before is another one, so nobody approves what he did not see.
   */
  renew(wish: NodeWish): Promise<void> {
    return this.#options.serial.run(async () => {
      const record = await this.#record(wish.nodeId);
      const waiting = this.#live(record);
      const approved = (await this.standing(record))?.commands ?? [];
      const isWanted = wish.commands?.some((command) => !approved.includes(command)) === true;
      if (isWanted && waiting !== undefined && isSame(waiting.commands, wish.commands)) return;
      if (waiting?.origin === "node") {
        const { request: _, ...rest } = record;
        await this.#put(rest);
        this.#resolved(waiting, "superseded");
        if (isWanted) await this.#file(rest, wish, "node");
      } else if (isWanted && waiting === undefined) await this.#file(record, wish, "node");
    });
  }

  /**
   * Approves a request; one that the decider may not approve goes on waiting.
   * @throws {NodesError} unknown_request
   */
  approve(
    requestId: string,
    decider: Decider,
  ): Promise<{ readonly node: ApprovedNode; readonly token?: string }> {
    const { serial, tokens, pairedAt, now, logger } = this.#options;
    return serial.run(async () => {
      const record = await this.#find(requestId);
      decider.permit(record.request);
      const approval = approvalOf(record, { at: now(), pairedAtMs: await pairedAt(record.nodeId) });
      const { request, ...rest } = record;
      const approved = { ...rest, approval };
      await this.#put(approved);
      logger.info("node approved", {
        nodeId: record.nodeId,
        commands: approval.commands ?? [],
        ...loggedDecider(decider),
      });
      this.#resolved(request, "approved");
      const { tokenGeneration } = approval;
      const node = { ...nodeOf(approved, approval) };
      if (request.origin === "node" || tokenGeneration === undefined) return { node };
      return { node, token: tokens.derive(record.nodeId, tokenGeneration) };
    });
  }

  /** @throws {NodesError} unknown_request */
  reject(requestId: string, decider: Decider): Promise<NodeRequest> {
    return this.#options.serial.run(async () => {
      const record = await this.#find(requestId);
      decider.permit(record.request);
      const { request, ...rest } = record;
      await this.#put(rest);
      this.#options.logger.info("node rejected", { nodeId: record.nodeId, ...loggedDecider(decider) });
      this.#resolved(request, "rejected");
      return request;
    });
  }

  /** Forgets what was approved and what waits. @throws {NodesError} unknown_node */
  remove(nodeId: string, decider: Omit<Decider, "permit">): Promise<void> {
    return this.#options.serial.run(async () => {
      if (!(await this.#options.store().removeNode(nodeId))) throw unknownNode();
      this.#options.logger.info("node removed", { nodeId, ...loggedDecider(decider) });
      this.#resolved({ requestId: "", nodeId }, "removed");
    });
  }

  /** Gives a node the name operators know it by. @throws {NodesError} unknown_node */
  rename(nodeId: string, name: string, isKnown: boolean): Promise<void> {
    return this.#options.serial.run(async () => {
      const record = await this.#options.store().node(nodeId);
      if (record === undefined && !isKnown) throw unknownNode();
      await this.#put({ ...(record ?? { nodeId }), name });
    });
  }

  /** The node a token belongs to. */
  async verify(nodeId: string, token: string): Promise<ApprovedNode | undefined> {
    const record = await this.#record(nodeId);
    const approval = await this.standing(record);
    if (approval?.tokenGeneration === undefined) return undefined;
    if (!this.#options.tokens.matches(token, nodeId, approval.tokenGeneration)) return undefined;
    return nodeOf(record, approval);
  }

  /** The request that waits for a node. */
  requestOf(record: NodeRecord | undefined): NodeRequest | undefined {
    return record && this.#live(record);
  }

  #live({ nodeId, request }: NodeRecord): NodeRequest | undefined {
    const { now, isConnected } = this.#options;
    if (request === undefined) return undefined;
    const isWaiting = request.origin === "node" && isConnected(nodeId);
    return isWaiting || request.ts + REQUEST_TTL_MS > now() ? request : undefined;
  }

  async #record(nodeId: string): Promise<NodeRecord> {
    return (await this.#options.store().node(nodeId)) ?? { nodeId };
  }

  async #find(requestId: string): Promise<NodeRecord & { readonly request: NodeRequest }> {
    for (const record of await this.#options.store().nodes()) {
      const request = this.#live(record);
      if (request?.requestId === requestId) return { ...record, request };
    }
    throw new NodesError("unknown_request", "unknown requestId");
  }

  async #file(record: NodeRecord, wish: NodeWish, origin: NodeRequest["origin"]): Promise<NodeRequest> {
    const { newId, now, onNews } = this.#options;
    await this.#makeRoom();
    const { nodeId, silent, ...asked } = wish;
    const request: NodeRequest = {
      requestId: newId(),
      nodeId,
      ...asked,
      ...(silent === true && { silent }),
      isRepair: (await this.standing(record)) !== undefined,
      origin,
      ts: now(),
    };
    await this.#put({ ...record, request });
    onNews({ type: "node.pair.requested", payload: request });
    return request;
  }

  /** Expired requests make room; a record that held nothing else goes with them. */
  async #makeRoom(): Promise<void> {
    let waiting = 0;
    for (const record of await this.#options.store().nodes()) {
      if (record.request === undefined) continue;
      if (this.#live(record) !== undefined) waiting += 1;
      else {
        const { request: _, ...rest } = record;
        await this.#put(rest);
      }
    }
    if (waiting >= MAX_REQUESTS)
      throw new NodesError("crowded", `too many node requests wait (at most ${MAX_REQUESTS})`);
  }

  async #put(record: NodeRecord): Promise<void> {
    const { nodeId, ...kept } = record;
    if (Object.keys(kept).length > 0) await this.#options.store().putNode(record);
    else await this.#options.store().removeNode(nodeId);
  }

  #resolved(
    { requestId, nodeId }: Pick<NodeRequest, "requestId" | "nodeId">,
    decision: NodeResolution["decision"],
  ): void {
    const payload = { requestId, nodeId, decision, ts: this.#options.now() };
    this.#options.onNews({ type: "node.pair.resolved", payload });
  }
}

function unknownNode(): NodesError {
  return new NodesError("unknown_node", "unknown nodeId");
}

/** The approval of a node whose device was paired then. */
function approvalIn({ approval }: NodeRecord, pairedAtMs: number | undefined): NodeApproval | undefined {
  return approval?.pairedAtMs === pairedAtMs ? approval : undefined;
}

/** What holds after an approval: what was approved before, if it counts, and what the request showed. */
function approvalOf(
  record: NodeRecord & { readonly request: NodeRequest },
  { at, pairedAtMs }: { readonly at: number; readonly pairedAtMs: number | undefined },
): NodeApproval {
  const before = approvalIn(record, pairedAtMs);
  const {
    requestId: _1,
    nodeId: _2,
    silent: _3,
    isRepair: _4,
    origin,
    ts: _5,
    caps,
    commands,
    ...details
  } = record.request;
  return {
    ...before,
    ...details,
    ...(caps !== undefined && { caps }),
    ...(commands !== undefined && { commands: [...new Set([...(before?.commands ?? []), ...commands])] }),
    createdAtMs: before?.createdAtMs ?? at,
    approvedAtMs: at,
    ...(pairedAtMs !== undefined && { pairedAtMs }),
    ...(origin === "operator" && {
      tokenGeneration: Math.max(at, (record.approval?.tokenGeneration ?? 0) + 1),
    }),
  };
}

function nodeOf({ nodeId, name }: NodeRecord, approval: NodeApproval): ApprovedNode {
  return { nodeId, ...approval, ...(name !== undefined && { displayName: name }) };
}

function isSame(a: readonly string[] = [], b: readonly string[] = []): boolean {
  return a.length === b.length && a.every((item) => b.includes(item));
}
