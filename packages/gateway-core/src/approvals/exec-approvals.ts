import { randomUUID } from "node:crypto";
import {
  EXEC_DECISIONS,
  type ExecApprovalOutcome,
  type ExecApprovalPending,
  type ExecApprovalRequest,
  type ExecDecision,
  LIMITS,
  RpcError,
} from "@openclaw/protocol";
import type { Logger } from "../options.ts";

/** What somebody asks to be allowed to run. */
export interface ApprovalWish {
  /** Chosen by the caller, so that it can ask for the decision later. @default a random one */
  readonly id?: string | undefined;
  readonly request: ExecApprovalRequest;
  /** Cut to {@link LIMITS.approvalMaxTimeoutMs}. */
  readonly timeoutMs: number;
  /** Who asks, as its budget is kept. */
  readonly principal: string;
  /** Digest of the run it is about: see `runDigest`. */
  readonly digest: string;
  /** Decisions that make no sense for this command. */
  readonly unavailable?: readonly string[];
  /** Devices whose owners are asked. @default everybody who may decide */
  readonly reviewerDeviceIds?: readonly string[];
}

/** A command that waits for a decision. */
export interface PendingApproval extends ExecApprovalPending {
  readonly allowed: readonly ExecDecision[];
  readonly reviewerDeviceIds: readonly string[];
}

/** What became of a decision. */
export type Resolution = "resolved" | "unknown" | "not-allowed";

/** Commands that wait for a person: asked, shown, decided once, forgotten. */
export interface ExecApprovals {
  /** Lets a command wait. `id-taken`: one of that id waits already; `full`: too many wait. */
  ask(wish: ApprovalWish): PendingApproval | "id-taken" | "full";
  /** What waits, the oldest first. */
  pending(): readonly PendingApproval[];
  /** What waits under this id. */
  find(id: string): PendingApproval | undefined;
  /** Decides once and for all; whoever comes second finds nothing. `actor` is who decided, whom the caller has checked. */
  resolve(id: string, decision: ExecDecision, actor: string): Resolution;
  /** What was decided about the run with this digest, if it was allowed and not used before; then it is used. */
  use(id: string, digest: string): ExecDecision | undefined;
  /** Ends the waiting without a decision. */
  expire(id: string): void;
  /**
   * The outcome, as soon as there is one; undefined for an id nobody knows (any more).
   * @throws {RpcError} UNAVAILABLE once `signal` is aborted
   */
  outcome(id: string, signal: AbortSignal): Promise<ExecApprovalOutcome> | undefined;
  /** Ends all waiting without a decision and stops the clocks. */
  close(): void;
}

export interface ExecApprovalsOptions {
  /** Epoch ms. */
  readonly now: () => number;
  readonly logger: Logger;
}

interface Waiting {
  readonly approval: PendingApproval;
  readonly principal: string;
  readonly digest: string;
  readonly timer: NodeJS.Timeout;
  readonly waiters: Set<(outcome: ExecApprovalOutcome) => void>;
}

interface Settled {
  readonly outcome: ExecApprovalOutcome;
  readonly digest: string;
  isUsed: boolean;
  /** Epoch ms. */
  readonly until: number;
}

/**
 * Nothing of it outlives the process: who asked is gone then, too, and a permission that nobody waits for must not be
 * there later. Docs: protocol.md#exec-approvals
 */
export function createExecApprovals({ now, logger }: ExecApprovalsOptions): ExecApprovals {
  const waiting = new Map<string, Waiting>();
  // In the order they were settled, which is the order they are forgotten in.
  const settled = new Map<string, Settled>();

  const settle = (id: string, decision: ExecDecision | null): void => {
    const entry = waiting.get(id);
    if (entry === undefined) return;
    const { approval, digest, timer, waiters } = entry;
    clearTimeout(timer);
    waiting.delete(id);
    const { createdAtMs, expiresAtMs } = approval;
    const outcome = { id, decision, createdAtMs, expiresAtMs };
    settled.delete(id);
    settled.set(id, { outcome, digest, isUsed: false, until: now() + LIMITS.approvalGraceMs });
    forgetSettled();
    for (const tell of waiters) tell(outcome);
  };
  const forgetSettled = (): void => {
    for (const [id, { until }] of settled) {
      if (settled.size <= LIMITS.pendingApprovals && until > now()) return;
      settled.delete(id);
    }
  };
  const expire = (id: string): void => {
    const entry = waiting.get(id);
    if (entry === undefined) return;
    logger.info(`exec approval ended without a decision ${factsOf(entry.approval)}`);
    settle(id, null);
  };
  /** The clock of the gateway counts, not the moment its timer gets to run. */
  const find = (id: string): Waiting | undefined => {
    const entry = waiting.get(id);
    if (entry === undefined || entry.approval.expiresAtMs > now()) return entry;
    expire(id);
    return undefined;
  };
  const isFull = (principal: string): boolean => {
    if (waiting.size >= LIMITS.pendingApprovals) return true;
    const own = [...waiting.values()].filter((entry) => entry.principal === principal);
    return own.length >= LIMITS.pendingApprovalsPerPrincipal;
  };

  return {
    ask: ({ id = randomUUID(), request, principal, digest, ...wish }) => {
      if (find(id) !== undefined) return "id-taken";
      if (isFull(principal)) return "full";
      const createdAtMs = now();
      const timeoutMs = Math.min(wish.timeoutMs, LIMITS.approvalMaxTimeoutMs);
      const approval: PendingApproval = {
        ...{ id, request, createdAtMs, expiresAtMs: createdAtMs + timeoutMs },
        allowed: EXEC_DECISIONS.filter((decision) => wish.unavailable?.includes(decision) !== true),
        reviewerDeviceIds: wish.reviewerDeviceIds ?? [],
      };
      // An id may be used again: what it meant before no longer counts.
      settled.delete(id);
      const timer = setTimeout(() => expire(id), timeoutMs);
      waiting.set(id, { approval, principal, digest, timer, waiters: new Set() });
      return approval;
    },

    pending: () => [...waiting.keys()].flatMap((id) => find(id)?.approval ?? []),

    find: (id) => find(id)?.approval,

    resolve: (id, decision, actor) => {
      const entry = find(id);
      if (entry === undefined) return "unknown";
      if (!entry.approval.allowed.includes(decision)) return "not-allowed";
      logger.info(`exec approval decision=${decision} ${factsOf(entry.approval)} ${actor}`);
      settle(id, decision);
      return "resolved";
    },

    use: (id, digest) => {
      forgetSettled();
      const known = settled.get(id);
      if (known === undefined || known.isUsed || known.digest !== digest) return undefined;
      const { decision } = known.outcome;
      if (decision === null || decision === "deny") return undefined;
      known.isUsed = true;
      return decision;
    },

    expire,

    outcome: (id, signal) => {
      const entry = find(id);
      if (entry !== undefined) return waitFor(entry.waiters, signal);
      forgetSettled();
      const known = settled.get(id);
      return known && Promise.resolve(known.outcome);
    },

    close: () => {
      for (const id of [...waiting.keys()]) expire(id);
      settled.clear();
    },
  };
}

/** Leaves nothing behind when the one who waits goes away. */
function waitFor(waiters: Waiting["waiters"], signal: AbortSignal): Promise<ExecApprovalOutcome> {
  return new Promise((resolve, reject) => {
    const leave = () => {
      waiters.delete(tell);
      reject(new RpcError("UNAVAILABLE", "the connection is closed"));
    };
    const tell = (outcome: ExecApprovalOutcome) => {
      signal.removeEventListener("abort", leave);
      resolve(outcome);
    };
    if (signal.aborted) return leave();
    signal.addEventListener("abort", leave, { once: true });
    waiters.add(tell);
  });
}

const MAX_LOGGED_CHARS = 200;

/** A request as the log names it. Commands are cut, and the id is the caller's own choice: both stay on their line. */
function factsOf({ id, request }: PendingApproval): string {
  const shown = (text: string) =>
    JSON.stringify(text.length > MAX_LOGGED_CHARS ? `${text.slice(0, MAX_LOGGED_CHARS)}…` : text);
  const facts = { id, host: request.host, nodeId: request.nodeId, agentId: request.agentId };
  return Object.entries({ ...facts, command: request.command })
    .flatMap(([name, text]) => (text === null ? [] : [`${name}=${shown(text)}`]))
    .join(" ");
}
