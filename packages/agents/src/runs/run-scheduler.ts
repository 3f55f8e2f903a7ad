import { setImmediate as nextTurn } from "node:timers/promises";
import { AgentsError } from "../errors.ts";
import { isSendAllowed } from "../sessions/send-policy.ts";
import { resolveSession } from "../sessions/roster.ts";
import { replyToCommand, type CommandReply } from "./command-reply.ts";
import { digestOf } from "./digest.ts";
import { takeIn, type Intake } from "./intake.ts";
import { Lane, SessionLanes, type LaneTicket } from "./lanes.ts";
import { Narrator } from "./narrator.ts";
import { openTurn, waitingInput, type OpenTurn } from "./open-turn.ts";
import { RunExecution, type WaitingRun } from "./run-execution.ts";
import type { RunContext, RunOrder } from "./run-context.ts";
import { outcomeOf, pendingRecord } from "./run-record.ts";
import { RunRegistry } from "./run-registry.ts";
import { Run } from "./run.ts";
import type { AbortReason, RunEvent, RunRequest, RunStart } from "./types.ts";

const DEFAULT_MAX_CONCURRENT = 4;
const DEFAULT_QUEUE_CAP = 20;

type OrderedRun = Extract<Intake, { kind: "run" }>;
type OrderedCommand = Extract<Intake, { kind: "command" }>;

/** Accepts requests, lets runs take turns, and cuts them short. */
export class RunScheduler {
  readonly #ctx: RunContext;
  readonly #publish: (event: RunEvent) => void;
  readonly #sessionLanes: SessionLanes;
  readonly #mainLane: Lane;
  readonly registry = new RunRegistry();
  #isClosing = false;

  constructor(ctx: RunContext, publish: (event: RunEvent) => void) {
    this.#ctx = ctx;
    this.#publish = publish;
    this.#sessionLanes = new SessionLanes(ctx);
    this.#mainLane = new Lane({
      name: "main",
      limit: () => ctx.config().agents?.defaults?.maxConcurrent ?? DEFAULT_MAX_CONCURRENT,
      logger: ctx.logger,
      now: ctx.now,
    });
  }

  /** See `Agents.startRun`. Up to the first wait everything happens in the order of the calls. */
  async start(sent: RunRequest): Promise<RunStart> {
    if (this.#isClosing) throw new AgentsError("closing", "gateway is shutting down");
    const request = await this.#withSessionKey(sent);
    const digest = digestOf(request.kind, request.params);
    const { principal, runId } = request;
    const known = this.registry.get(principal, runId);
    if (known !== undefined && request.kind !== "chat") return this.#repeat(known, digest, request);
    const intake = await this.#takeIn(request, digest);
    if ("status" in intake) return intake;
    if (intake.kind === "stop")
      return { status: "stopped", ...(await this.#abortSession(intake.key, "stop")) };
    // Looked up again: reading the request may have had to wait.
    const live = this.registry.get(principal, runId);
    if (live !== undefined) return this.#repeat(live, digest, request);
    this.#checkRoom(request, intake);
    const run = this.#newRun(request, intake, digest);
    return intake.kind === "command"
      ? this.#acceptCommand(run, intake)
      : this.#acceptRun(run, intake, request);
  }

  /** See `Agents.abort`. */
  async abort(o: {
    readonly principal: string;
    readonly sessionKey: string;
    readonly runId?: string;
    readonly reason: AbortReason;
  }): Promise<{ readonly aborted: boolean; readonly runIds: readonly string[] }> {
    if (o.runId === undefined) {
      const { key } = resolveSession(this.#ctx.config(), o);
      return this.#abortSession(key, o.reason);
    }
    const run = this.registry.find(o.principal, o.runId);
    if (run === undefined) return { aborted: false, runIds: [] };
    if (run.rawSessionKey !== o.sessionKey && resolveSession(this.#ctx.config(), o).key !== run.sessionKey) {
      throw new AgentsError("run_session_mismatch", "runId does not match sessionKey");
    }
    return abortAll([run], o.reason);
  }

  /** Waits up to `graceMs` for the runs there are, then aborts what is left. No run is accepted any more. */
  async close(graceMs: number): Promise<void> {
    this.#isClosing = true;
    const ended = Promise.all(this.registry.all().map((run) => run.settled));
    let timer: NodeJS.Timeout | undefined;
    const grace = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, graceMs);
    });
    await Promise.race([ended, grace]);
    clearTimeout(timer);
    await abortAll(this.registry.all(), "shutdown");
    await this.#ctx.book.settled();
  }

  /** A session id alone names its session. */
  async #withSessionKey(request: RunRequest): Promise<RunRequest> {
    if (request.sessionId === undefined || request.sessionKey !== undefined) return request;
    const entry = await this.#ctx.store.sessionById(request.sessionId);
    if (entry !== undefined) return { ...request, sessionKey: entry.key };
    throw new AgentsError("unknown_session", `unknown session id "${request.sessionId.slice(0, 100)}"`);
  }

  /** A request that was answered before is answered again, even if it would be refused today. */
  async #takeIn(request: RunRequest, digest: string): Promise<Intake | RunStart> {
    try {
      return takeIn(this.#ctx, request);
    } catch (error) {
      const replay = request.kind === "chat" ? undefined : await this.#replay(request, digest);
      if (replay !== undefined) return replay;
      throw error;
    }
  }

  #checkRoom(request: RunRequest, intake: OrderedRun | OrderedCommand): void {
    const { activeRuns, activeRunsPerPrincipal } = this.#ctx.limits;
    if (
      this.registry.size >= activeRuns ||
      this.registry.countOf(request.principal) >= activeRunsPerPrincipal
    ) {
      throw new AgentsError("busy", "too many runs in progress; try again later");
    }
    const cap = this.#ctx.config().messages?.queue?.cap ?? DEFAULT_QUEUE_CAP;
    if (
      request.kind === "chat" &&
      intake.kind === "run" &&
      this.#sessionLanes.waitingCount(intake.key) >= cap
    ) {
      throw new AgentsError("queue_full", `${cap} messages are waiting in this session; try again later`);
    }
  }

  #newRun(request: RunRequest, intake: Intake, digest: string): Run {
    const { principal, runId, kind, sessionKey } = request;
    const run = new Run(
      {
        ...{ principal, runId, kind, digest, agentId: intake.agentId, sessionKey: intake.key },
        rawSessionKey: sessionKey ?? intake.key,
        acceptedAt: this.#ctx.now(),
      },
      { publish: this.#publish, now: this.#ctx.now },
    );
    this.registry.add(run);
    return run;
  }

  async #acceptRun(run: Run, { order, key }: OrderedRun, request: RunRequest): Promise<RunStart> {
    // Whoever starts over does not want to wait for what was going on.
    if (order.reset !== undefined) for (const other of this.#othersOf(run)) other.abort("reset");
    const ticket = this.#sessionLanes.take(key);
    const unlink = abortOn(request.signal, run);
    try {
      const replay = await this.#replay(request, run.identity.digest);
      if (replay !== undefined) {
        this.#drop(run, ticket, unlink);
        return replay;
      }
      await this.#checkPolicy(run);
      const open = ticket.isImmediate
        ? await openTurn(this.#ctx, run, order)
        : await this.#keepWaiting(run, order);
      run.accepted.resolve(true);
      void this.#execute({ run, order, ticket, open, unlink });
      return { status: "accepted", handle: run };
    } catch (error) {
      this.#drop(run, ticket, unlink);
      throw this.#notAccepted(run, error);
    }
  }

  async #acceptCommand(run: Run, { command, args, text, key }: OrderedCommand): Promise<RunStart> {
    try {
      const replay = await this.#replay(run.identity, run.identity.digest);
      if (replay !== undefined) {
        this.#drop(run);
        return replay;
      }
      const input = waitingInput(this.#ctx, { text, isInstruction: false, attachments: [] });
      const queueDepth = this.#sessionLanes.waitingCount(key);
      const reply = await replyToCommand(this.#ctx, run, { command, args, queueDepth, input });
      run.accepted.resolve(true);
      void this.#tellReply(run, reply);
      return { status: "accepted", handle: run };
    } catch (error) {
      this.#drop(run);
      throw this.#notAccepted(run, error);
    }
  }

  /** The acceptance is told before the first event: both are on their way in this order. */
  async #tellReply(run: Run, reply: CommandReply): Promise<void> {
    await nextTurn();
    new Narrator(run, this.#ctx.now).endCommand(reply.text, reply.message);
    this.registry.remove(run);
    run.end(reply.outcome);
  }

  async #execute(o: {
    readonly run: Run;
    readonly order: RunOrder;
    readonly ticket: LaneTicket;
    readonly open: OpenTurn | WaitingRun;
    readonly unlink: () => void;
  }): Promise<void> {
    await nextTurn();
    const execution = new RunExecution(this.#ctx, { run: o.run, order: o.order, mainLane: this.#mainLane });
    await execution.run(o.ticket, o.open, () => {
      o.unlink();
      this.registry.remove(o.run);
      o.ticket.release();
    });
  }

  /** Keeps the user's line of a run that must wait where a crash cannot reach it. */
  async #keepWaiting(run: Run, order: RunOrder): Promise<WaitingRun> {
    const entry = await this.#ctx.store.session(run.sessionKey);
    run.sessionId = entry?.sessionId ?? "";
    const input = waitingInput(this.#ctx, order);
    const record = pendingRecord(run, { state: "accepted", input, inputWritten: false });
    await this.#ctx.store.commit([{ type: "run.put", run: record }]);
    return { waiting: record };
  }

  async #checkPolicy(run: Run): Promise<void> {
    const { sessionKey: key, rawSessionKey: rawKey } = run;
    const entry = await this.#ctx.store.session(key);
    if (isSendAllowed(this.#ctx.config().session, { key, rawKey, entry })) return;
    throw new AgentsError("blocked", "send blocked by session policy");
  }

  /** A request that is running already. */
  async #repeat(run: Run, digest: string, request: RunRequest): Promise<RunStart> {
    if (run.identity.digest !== digest) throw conflict();
    if (!(await run.accepted.promise)) return this.start(request);
    const { runId, sessionKey, agentId, acceptedAt } = run;
    return { status: "in_flight", runId, sessionKey, agentId, acceptedAt };
  }

  /** A request that has ended not long ago. */
  async #replay(
    request: Pick<RunRequest, "principal" | "runId">,
    digest: string,
  ): Promise<Extract<RunStart, { status: "done" }> | undefined> {
    const record = await this.#ctx.store.run(request.principal, request.runId);
    const outcome = record === undefined ? undefined : outcomeOf(record);
    if (record === undefined || outcome === undefined) return undefined;
    if (this.#ctx.now() - outcome.endedAt > this.#ctx.limits.replayMs) return undefined;
    if (record.digest !== digest) throw conflict();
    const { runId, sessionKey, agentId, acceptedAt } = record;
    return { status: "done", runId, sessionKey, agentId, acceptedAt, outcome };
  }

  #drop(run: Run, ticket?: LaneTicket, unlink?: () => void): void {
    unlink?.();
    this.registry.remove(run);
    run.discard();
    ticket?.release();
  }

  #notAccepted(run: Run, error: unknown): AgentsError {
    if (error instanceof AgentsError) return error;
    const { runId, sessionKey } = run;
    this.#ctx.logger?.error("a request could not be saved", { runId, sessionKey, error });
    return new AgentsError("store_failed", "the request could not be saved", { cause: error });
  }

  #othersOf(run: Run): readonly Run[] {
    return this.registry.ofSession(run.sessionKey).filter((other) => other !== run);
  }

  #abortSession(
    key: string,
    reason: AbortReason,
  ): Promise<{ readonly aborted: boolean; readonly runIds: readonly string[] }> {
    return abortAll(this.registry.ofSession(key), reason);
  }
}

/** Those that wait go first, so that none of them gets the turn of the one that runs. */
async function abortAll(
  runs: readonly Run[],
  reason: AbortReason,
): Promise<{ readonly aborted: boolean; readonly runIds: readonly string[] }> {
  const waiting = runs.filter((run) => run.startedAt === undefined);
  const running = runs.filter((run) => run.startedAt !== undefined);
  for (const run of [...waiting, ...running]) run.abort(reason);
  await Promise.all(runs.map((run) => run.settled));
  return { aborted: runs.length > 0, runIds: runs.map((run) => run.runId) };
}

function abortOn(signal: AbortSignal | undefined, run: Run): () => void {
  if (signal === undefined) return () => undefined;
  const onAbort = (): void => run.abort("disconnect");
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort, { once: true });
  return () => signal.removeEventListener("abort", onAbort);
}

function conflict(): AgentsError {
  return new AgentsError("idempotency_conflict", "idempotency key reused with different parameters");
}
