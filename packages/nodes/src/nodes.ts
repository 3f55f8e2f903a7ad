import { randomUUID } from "node:crypto";
import { NodeApprovals, type NodeNews } from "./approvals.ts";
import { allowedCommands, type CommandPolicy, isReserved, platformName } from "./command-policy.ts";
import { NodesError } from "./errors.ts";
import {
  abandoned,
  Invocations,
  type InvokeMessage,
  type InvokeProgress,
  type InvokeResult,
} from "./invocations.ts";
import { type LiveNode, LiveNodes } from "./live-nodes.ts";
import { NodeTokens } from "./node-tokens.ts";
import { Serial } from "./serial.ts";
import type { NodeRecord, NodeStore } from "./store.ts";
import { WorkQueue } from "./work-queue.ts";

/** Parts nodes are made of. */
export interface NodesOptions {
  readonly store: () => NodeStore;
  /** Live: what counts is what it says when somebody asks. */
  readonly policy: () => CommandPolicy;
  /** Secret bytes that tokens are derived from. */
  readonly tokenKey: () => Uint8Array;
  /** When a device was paired, epoch ms; an approval of another pairing was of another owner's mind. */
  readonly pairedAt: (nodeId: string) => Promise<number | undefined>;
  /** Sends what a node is asked. Returns whether it was queued. */
  readonly send: (connId: string, message: InvokeMessage) => boolean;
  readonly onNews: (news: NodeNews) => void;
  readonly logger: Pick<Console, "info" | "warn">;
  /** @default randomUUID */
  readonly newId?: () => string;
  /** Epoch ms. */
  readonly now: () => number;
}

/** What somebody wants of a node. */
export interface InvokeOrder {
  readonly nodeId: string;
  readonly command: string;
  readonly params?: unknown;
  /** @default 30 000 */
  readonly timeoutMs?: number | undefined;
  readonly idempotencyKey: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: InvokeProgress) => void;
  /** The gateway itself asks, which may use commands nobody else may. @default false */
  readonly byGateway?: boolean;
}

/** What a connected node may be asked for, and what it still waits for. */
export interface Standing {
  readonly commands: readonly string[];
  /** Whether that is all it declared and is allowed here. */
  readonly isApproved: boolean;
  /** The request for the rest; there is none any more once somebody has rejected it. */
  readonly requestId: string | undefined;
}

const INVOKE_TIMEOUT_MS = 30_000;
const MAX_INVOKE_TIMEOUT_MS = 86_400_000;

/**
 * Machines that offer commands: who is here, what is approved, what was asked of them. A node is only ever asked for
 * what it declared, the policy allows, and an operator approved (T-PAIR-10).
 *
 * Docs: protocol.md#nodes
 */
export class Nodes {
  readonly approvals: NodeApprovals;
  readonly work: WorkQueue;
  readonly #options: NodesOptions;
  readonly #newId: () => string;
  readonly #live = new LiveNodes();
  readonly #invocations = new Invocations();
  #policyText: string;

  constructor(options: NodesOptions) {
    const { store, pairedAt, now, logger, newId = randomUUID } = options;
    const shared = { store, serial: new Serial(), now, newId };
    this.#options = options;
    this.#newId = newId;
    this.#policyText = JSON.stringify(options.policy());
    this.approvals = new NodeApprovals({
      ...shared,
      tokens: new NodeTokens(options.tokenKey),
      pairedAt,
      isConnected: (nodeId) => this.#live.get(nodeId) !== undefined,
      onNews: options.onNews,
      logger,
    });
    this.work = new WorkQueue(shared);
  }

  /** Nodes that are connected. */
  get connected(): readonly LiveNode[] {
    return this.#live.all();
  }

  /** A node has connected: it is here at once; what it declares beyond its approval becomes a request. */
  arrive(node: LiveNode): void {
    this.#live.add(node);
    this.#ask(node);
  }

  /** The policy may be another: what it newly allows the nodes that are here becomes a request like that of a connect. */
  reconsider(): void {
    const before = this.#policyText;
    this.#policyText = JSON.stringify(this.#options.policy());
    // A request that was turned down is not made again for nothing.
    if (before === this.#policyText) return;
    for (const node of this.#live.all()) this.#ask(node);
  }

  /** A connection of a node is gone; what was asked over it fails at once. */
  leave(nodeId: string, connId: string): void {
    this.#live.remove(nodeId, connId);
    this.#invocations.disconnected(connId);
  }

  /** What a connected node may be asked for right now. */
  async standing(node: LiveNode): Promise<Standing> {
    const record = await this.#options.store().node(node.nodeId);
    const approved = await this.#approved(record);
    const allowed = this.#allowed(node);
    const isApproved = allowed.every((command) => approved.has(command));
    return {
      commands: allowed.filter((command) => approved.has(command)),
      isApproved,
      requestId: isApproved ? undefined : this.approvals.requestOf(record)?.requestId,
    };
  }

  /** The name operators gave a node. */
  async nameOf(nodeId: string): Promise<string | undefined> {
    return (await this.#options.store().node(nodeId))?.name;
  }

  /**
   * Asks a node and waits for its answer.
   * @throws {NodesError} reserved, not_connected, not_allowed, busy, timed_out, disconnected, failed, aborted
   */
  async invoke(order: InvokeOrder): Promise<InvokeResult> {
    const { nodeId, command, params, timeoutMs = INVOKE_TIMEOUT_MS, idempotencyKey } = order;
    if (isReserved(command) && order.byGateway !== true) throw reserved(command);
    const node = await this.#permitted(order);
    // Nothing is run for nobody.
    if (order.signal?.aborted === true) throw abandoned(command);
    this.#invocations.checkRoom(nodeId);
    const message: InvokeMessage = {
      id: this.#newId(),
      nodeId,
      command,
      paramsJSON: params === undefined ? null : JSON.stringify(params),
      timeoutMs: Math.min(timeoutMs, MAX_INVOKE_TIMEOUT_MS),
      idempotencyKey,
    };
    if (!this.#options.send(node.connId, message)) throw notConnected();
    const { signal, onProgress } = order;
    const result = await this.#invocations.wait(message, { connId: node.connId, signal, onProgress });
    if (result.ok) return result;
    const text = result.error?.message ?? `node failed: ${command}`;
    throw new NodesError("failed", text, {
      nodeError: { code: result.error?.code ?? "UNAVAILABLE", message: text },
    });
  }

  /** A node's answer to an invoke. Returns whether anybody waited for it. */
  settle(nodeId: string, id: string, result: InvokeResult): boolean {
    return this.#invocations.settle(nodeId, id, result);
  }

  /** Output of a running invoke. Returns whether it still runs. */
  progress(nodeId: string, id: string, progress: InvokeProgress): boolean {
    return this.#invocations.progress(nodeId, id, progress);
  }

  /** Fails every invoke that waits. */
  close(): void {
    this.#invocations.close();
  }

  #ask(node: LiveNode): void {
    this.#askForApproval(node).catch((error: unknown) =>
      this.#options.logger.warn("node request not filed", { nodeId: node.nodeId, error }),
    );
  }

  /** Begins at once, so that what a node asked for last counts. */
  #askForApproval(node: LiveNode): Promise<void> {
    const commands = this.#allowed(node);
    const { connId: _1, declared: _2, permissions: _3, pathEnv: _4, connectedAtMs: _5, ...described } = node;
    return this.approvals.renew({ ...described, commands });
  }

  /** The node as it is connected now, if it may be asked for this command. */
  async #permitted({ nodeId, command, byGateway }: InvokeOrder): Promise<LiveNode> {
    const here = this.#live.get(nodeId);
    if (here === undefined) throw notConnected();
    if (byGateway !== true || !isReserved(command)) {
      this.#checkDeclared(here, command);
      const record = await this.#options.store().node(nodeId);
      const approved = await this.#approved(record);
      if (!approved.has(command)) throw notApproved(command, this.approvals.requestOf(record)?.requestId);
    } else if (!here.declared.includes(command)) throw notDeclared(here, command);
    // It may have gone, or come back, while its record was read.
    const node = this.#live.get(nodeId);
    if (node === undefined) throw notConnected();
    if (!node.declared.includes(command)) throw notDeclared(node, command);
    return node;
  }

  #checkDeclared(node: LiveNode, command: string): void {
    if (!allowedCommands(node, this.#options.policy()).has(command)) {
      const platform = node.platform ?? platformName(node);
      throw notAllowed(
        command,
        "command not allowlisted",
        `"${command}" is not in the allowlist for platform "${platform}"`,
      );
    }
    if (!node.declared.includes(command)) throw notDeclared(node, command);
  }

  /** What it declares and the policy allows, sorted. */
  #allowed(node: LiveNode): readonly string[] {
    const allowed = allowedCommands(node, this.#options.policy());
    return [...new Set(node.declared)].filter((command) => allowed.has(command)).sort();
  }

  async #approved(record: NodeRecord | undefined): Promise<ReadonlySet<string>> {
    return new Set((await this.approvals.standing(record))?.commands);
  }
}

function notConnected(): NodesError {
  return new NodesError("not_connected", "node not connected");
}

function reserved(command: string): NodesError {
  const text = "node.invoke does not allow system.execApprovals.*; use exec.approvals.node.*";
  return new NodesError("reserved", text, { command });
}

function notAllowed(command: string, reason: string, because: string): NodesError {
  return new NodesError("not_allowed", `node command not allowed: ${because}`, { reason, command });
}

function notDeclared({ declared }: LiveNode, command: string): NodesError {
  return declared.length === 0
    ? notAllowed(command, "node did not declare commands", "the node did not declare any commands")
    : notAllowed(command, "command not declared by node", `the node did not declare "${command}"`);
}

function notApproved(command: string, requestId: string | undefined): NodesError {
  const how = requestId === undefined ? "" : `; approve request ${requestId}`;
  return notAllowed(command, "command not approved", `"${command}" is not approved for this node${how}`);
}
