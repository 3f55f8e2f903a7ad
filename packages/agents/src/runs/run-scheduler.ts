import { setImmediate as nextTurn } from "node:timers/promises";
import { AgentsError } from "../errors.ts";
import { resolveSession } from "../sessions/roster.ts";
import { abortOn, abortRuns, type AbortResult } from "./abort-runs.ts";
import { notAccepted, saveRun } from "./acceptance.ts";
import { replyToCommand, type CommandReply } from "./command-reply.ts";
import { digestOf } from "./digest.ts";
import { askedChars, takeIn, type Intake } from "./intake.ts";
import { Lane, type LaneState, SessionLanes, type LaneTicket } from "./lanes.ts";
import { Narrator } from "./narrator.ts";
import { waitingInput, type OpenTurn } from "./open-turn.ts";
import { findReplay, keyConflict } from "./replay.ts";
import { isOpen, RunExecution, type WaitingRun } from "./run-execution.ts";
import type { RunContext, RunOrder } from "./run-context.ts";
import { Run } from "./run.ts";
import { tellAccepted, tellInput, tellMessage } from "./session-telling.ts";
import type { AbortReason, RunEvent, RunRequest, RunStart } from "./types.ts";

const DEFAULT_MAX_CONCURRENT = 4;
const DEFAULT_QUEUE_CAP = 20;

type OrderedRun = Extract<Intake, { kind: "run" }>;
type OrderedCommand = Extract<Intake, { kind: "command" }>;

/** A run on its way through the lanes. */
interface Underway {
  readonly run: Run;
  readonly order: RunOrder;
  readonly ticket: LaneTicket;
  readonly accepted: OpenTurn | WaitingRun;
  readonly unlink: () => void;
}

/** Accepts requests, lets runs take turns, and cuts them short. */
export class RunScheduler {
  readonly #ctx: RunContext;
  readonly #publish: (event: RunEvent) => void;
  readonly #sessionLanes: SessionLanes;
  readonly #mainLane: Lane;
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

  /** See `Agents.lanes`. */
  get lanes(): readonly LaneState[] {
    return [this.#mainLane.state];
  }

  /** See `Agents.configChanged`. */
  configChanged(): void {
    this.#mainLane.serve();
  }

  /** See `Agents.startRun`. Up to the first wait everything happens in the order of the calls. */
  async start(sent: RunRequest): Promise<RunStart> {
    if (this.#isClosing) throw new AgentsError("closing", "gateway is shutting down");
    const request = sent.sessionId === undefined ? sent : await this.#withSessionKey(sent);
    const digest = digestOf(request.kind, request.params);
    const { principal, runId } = request;
    const known = this.#ctx.registry.get(principal, runId);
    if (known !== undefined && request.kind !== "chat") return this.#repeat(known, digest, request);
    const intake = this.#takeIn(request);
    if (intake instanceof AgentsError) return this.#replayOrRefuse(request, digest, intake);
    if (intake.kind === "stop") {
      return { status: "stopped", ...(await abortRuns(this.#ctx.registry.ofSession(intake.key), "stop")) };
    }
    if (known !== undefined) return this.#repeat(known, digest, request);
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
  }): Promise<AbortResult> {
    if (o.runId === undefined) {
      const { key } = resolveSession(this.#ctx.config(), o);
      return abortRuns(this.#ctx.registry.ofSession(key), o.reason);
    }
    const run = this.#ctx.registry.find(o.principal, o.runId);
    if (run === undefined) return { aborted: false, runIds: [] };
    if (run.rawSessionKey !== o.sessionKey && resolveSession(this.#ctx.config(), o).key !== run.sessionKey) {
      throw new AgentsError("run_session_mismatch", "runId does not match sessionKey");
    }
    return abortRuns([run], o.reason);
  }

  /** Waits up to `graceMs` for the runs there are, then aborts what is left. No run is accepted any more. */
  async close(graceMs: number): Promise<void> {
    this.#isClosing = true;
    const ended = Promise.all(this.#ctx.registry.all().map((run) => run.settled));
    let timer: NodeJS.Timeout | undefined;
    const grace = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, graceMs);
    });
    await Promise.race([ended, grace]);
    clearTimeout(timer);
    await abortRuns(this.#ctx.registry.all(), "shutdown");
    await this.#ctx.book.settled();
  }

  /** A session id alone names its session. */
  async #withSessionKey(request: RunRequest): Promise<RunRequest> {
    const { sessionId, sessionKey } = request;
    if (sessionId === undefined || sessionKey !== undefined) return request;
    const entry = await this.#ctx.store.sessionById(sessionId);
    if (entry !== undefined) return { ...request, sessionKey: entry.key };
    throw new AgentsError("unknown_session", `unknown session id "${sessionId.slice(0, 100)}"`);
  }

  #takeIn(request: RunRequest): Intake | AgentsError {
    try {
      return takeIn(this.#ctx, request);
    } catch (error) {
      if (error instanceof AgentsError) return error;
      throw error;
    }
  }

  /** What was answered before is answered again, even if it would be refused today. */
  async #replayOrRefuse(request: RunRequest, digest: string, refusal: AgentsError): Promise<RunStart> {
    const { principal, runId, kind } = request;
    const replay = kind === "chat" ? undefined : await findReplay(this.#ctx, { principal, runId, digest });
    if (replay === undefined) throw refusal;
    return replay;
  }

  /** A request that is running already. */
  async #repeat(run: Run, digest: string, request: RunRequest): Promise<RunStart> {
    if (run.identity.digest !== digest) throw keyConflict();
    if (!(await run.accepted.promise)) return this.start(request);
    const { runId, sessionKey, agentId, acceptedAt } = run;
    return { status: "in_flight", runId, sessionKey, agentId, acceptedAt };
  }

  #checkRoom(request: RunRequest, intake: OrderedRun | OrderedCommand): void {
    const { registry, limits } = this.#ctx;
    if (
      registry.size >= limits.activeRuns ||
      registry.countOf(request.principal) >= limits.activeRunsPerPrincipal ||
      registry.askedChars + askedChars(intake) > limits.activeRunChars
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
    const { principal, runId, kind, sessionKey, traceparent, sender, decide } = request;
    const identity = {
      ...{ principal, runId, kind, digest, agentId: intake.agentId, sessionKey: intake.key },
      ...(traceparent !== undefined && { traceparent }),
      ...(sender !== undefined && { sender }),
      ...(decide !== undefined && { decide }),
    };
    const run = new Run(
      {
        ...identity,
        rawSessionKey: sessionKey ?? intake.key,
        acceptedAt: this.#ctx.now(),
        askedChars: askedChars(intake),
      },
      { publish: this.#publish, now: this.#ctx.now },
    );
    this.#ctx.registry.add(run);
    return run;
  }

  async #acceptRun(run: Run, { order, key }: OrderedRun, request: RunRequest): Promise<RunStart> {
    // Whoever starts over or interrupts does not want to wait for what was going on.
    const others = this.#ctx.registry.ofSession(key).filter((other) => other !== run);
    const reason =
      order.reset !== undefined ? "reset" : request.interrupts === true ? "interrupt" : undefined;
    const ticket = this.#sessionLanes.take(key, run.facts);
    const unlink = abortOn(request.signal, run);
    const drop = (): void => {
      unlink();
      this.#drop(run);
      ticket.release();
    };
    try {
      const replay = await findReplay(this.#ctx, run.identity);
      if (replay !== undefined) {
        drop();
        return replay;
      }
      if (reason !== undefined) for (const other of others) other.abort(reason);
      const accepted = await saveRun(this.#ctx, run, { order, isIdle: ticket.isImmediate });
      run.accepted.resolve(true);
      void this.#execute({ run, order, ticket, accepted, unlink });
      return { status: "accepted", handle: run };
    } catch (error) {
      drop();
      throw notAccepted(this.#ctx, run, error);
    }
  }

  async #acceptCommand(run: Run, { command, args, text, key }: OrderedCommand): Promise<RunStart> {
    try {
      const replay = await findReplay(this.#ctx, run.identity);
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
      throw notAccepted(this.#ctx, run, error);
    }
  }

  /** Takes a run back that was not accepted after all. */
  #drop(run: Run): void {
    this.#ctx.registry.remove(run);
    run.discard();
  }

  /** The acceptance goes out before the first event: hence the next turn of the event loop, here and below. */
  async #tellReply(run: Run, reply: CommandReply): Promise<void> {
    await nextTurn();
    tellAccepted(this.#ctx, run);
    tellMessage(this.#ctx, run, reply.written);
    new Narrator(run, this.#ctx.now).endCommand(reply.text, reply.message);
    this.#ctx.registry.remove(run);
    run.end(reply.outcome);
  }

  async #execute({ run, order, ticket, accepted, unlink }: Underway): Promise<void> {
    await nextTurn();
    tellAccepted(this.#ctx, run);
    if (isOpen(accepted)) tellInput(this.#ctx, run, accepted);
    const execution = new RunExecution(this.#ctx, { run, order, mainLane: this.#mainLane });
    await execution.run(ticket, accepted, () => {
      unlink();
      this.#ctx.registry.remove(run);
      ticket.release();
    });
  }
}
