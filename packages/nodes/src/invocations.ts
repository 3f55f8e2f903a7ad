import { NodesError } from "./errors.ts";

/** What a node is asked; `paramsJSON` is `null` without params. */
export interface InvokeMessage {
  readonly id: string;
  readonly nodeId: string;
  readonly command: string;
  readonly paramsJSON: string | null;
  readonly timeoutMs: number;
  readonly idempotencyKey: string;
}

/** Output of an invoke that still runs. */
export interface InvokeProgress {
  readonly seq: number;
  readonly chunk: string;
}

/** What a node answers. */
export interface InvokeResult {
  readonly ok: boolean;
  readonly payload?: unknown;
  readonly payloadJSON?: string | null | undefined;
  readonly error?:
    { readonly code?: string | undefined; readonly message?: string | undefined } | null | undefined;
}

/** How an invoke is to be waited for. */
export interface Waiting {
  /** Over which connection it was asked. */
  readonly connId: string;
  /** Aborted when nobody waits any more. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: InvokeProgress) => void) | undefined;
}

interface Pending extends Waiting {
  readonly message: InvokeMessage;
  nextSeq: number;
  resolve(result: InvokeResult): void;
  reject(error: NodesError): void;
}

/** Invokes of one node that may wait at the same time. */
const MAX_PENDING_PER_NODE = 64;

/**
 * Invokes that wait for their node's answer. Every one ends exactly once: by the answer, its time, the end of the
 * node's or the caller's connection, or `close`.
 */
export class Invocations {
  readonly #pending = new Map<string, Pending>();

  /** @throws {NodesError} busy, before anything is sent */
  checkRoom(nodeId: string): void {
    const waiting = [...this.#pending.values()].filter(({ message }) => message.nodeId === nodeId).length;
    if (waiting >= MAX_PENDING_PER_NODE)
      throw new NodesError("busy", `too many invokes wait for this node (at most ${MAX_PENDING_PER_NODE})`);
  }

  /**
   * Waits for the answer to a message that is about to be sent.
   * @throws {NodesError} timed_out, disconnected, aborted
   */
  wait(message: InvokeMessage, waiting: Waiting): Promise<InvokeResult> {
    return new Promise((resolve, reject) => {
      const { signal } = waiting;
      const end = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", onAbort);
        this.#pending.delete(message.id);
      };
      const fail = (error: NodesError) => {
        end();
        reject(error);
      };
      const onAbort = () => fail(abandoned(message.command));
      const timer = setTimeout(() => fail(timedOut()), message.timeoutMs);
      signal?.addEventListener("abort", onAbort);
      this.#pending.set(message.id, {
        ...waiting,
        message,
        nextSeq: 0,
        resolve: (result) => {
          end();
          resolve(result);
        },
        reject: fail,
      });
      if (signal?.aborted === true) onAbort();
    });
  }

  /** A node's answer. Returns whether anybody waited for it. */
  settle(nodeId: string, id: string, result: InvokeResult): boolean {
    const pending = this.#of(nodeId, id);
    pending?.resolve(result);
    return pending !== undefined;
  }

  /** A piece of output; pieces that come twice or too late are not passed on. Returns whether the invoke still runs. */
  progress(nodeId: string, id: string, progress: InvokeProgress): boolean {
    const pending = this.#of(nodeId, id);
    if (pending === undefined) return false;
    if (progress.seq < pending.nextSeq) return true;
    pending.nextSeq = progress.seq + 1;
    pending.onProgress?.(progress);
    return true;
  }

  /** A connection of a node is gone, with everything that was asked over it. */
  disconnected(connId: string): void {
    for (const pending of [...this.#pending.values()])
      if (pending.connId === connId)
        pending.reject(
          new NodesError("disconnected", `Error: node disconnected (${pending.message.command})`),
        );
  }

  close(): void {
    for (const pending of [...this.#pending.values()])
      pending.reject(new NodesError("aborted", "the gateway is stopping"));
  }

  /** Ids are the gateway's own, but a node may only answer for itself. */
  #of(nodeId: string, id: string): Pending | undefined {
    const pending = this.#pending.get(id);
    return pending?.message.nodeId === nodeId ? pending : undefined;
  }
}

/** The end of an invoke whose caller is gone. */
export function abandoned(command: string): NodesError {
  return new NodesError("aborted", `nobody waits for ${command} any more`);
}

function timedOut(): NodesError {
  const message = "node invoke timed out";
  return new NodesError("timed_out", message, { nodeError: { code: "TIMEOUT", message } });
}
