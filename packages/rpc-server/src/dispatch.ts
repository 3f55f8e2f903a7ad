import { authorize } from "@openclaw/auth";
import {
  invalidRequest,
  methodContract,
  methodScope,
  METHODS,
  parseParams,
  parseRequestFrame,
  roleFailure,
  scopeFailure,
  type Dialect,
  type MethodContract,
  type MethodName,
  type RequestFrame,
} from "@openclaw/protocol";
import { toRpcError, tooManyCalls, unknownMethod } from "./errors.ts";
import type { Call, Caller, MethodHandlers } from "./methods.ts";
import type { RpcServerOptions } from "./options.ts";
import type { Session } from "./session.ts";
import type { AnsweredCall } from "./traffic.ts";

interface Method {
  readonly contract: MethodContract;
  readonly handle: (call: Call<MethodName>) => unknown;
}

/** A request, on the way to its answer. */
interface Request {
  readonly session: Session;
  readonly frame: RequestFrame;
  /** On the clock of `performance.now()`. */
  readonly startedAt: number;
}

/** A request that passed every check and holds an in-flight slot. */
interface Admitted extends Request {
  readonly method: Method;
  readonly params: Call<MethodName>["params"];
  readonly freeSlot: () => void;
}

/** What stands in the place of a method's name that is not one. */
const UNKNOWN = "(unknown)";

/** What calls meet besides their handler. */
export type DispatchPorts = Pick<RpcServerOptions, "charge" | "logger" | "onDenied" | "traffic">;

/** Turns the messages of admitted connections into calls, and what comes back into exactly one final answer each. */
export class Dispatcher {
  // A Map has no inherited keys: `constructor` and `__proto__` are unknown methods like any other (T-AZ-09).
  readonly #methods: ReadonlyMap<string, Method>;
  readonly #ports: DispatchPorts;

  /**
   * @throws {TypeError} for a handler without contract: its scope would be anybody's guess; and for a budgeted method
   * when nobody counts its calls.
   */
  constructor(handlers: MethodHandlers, ports: DispatchPorts) {
    this.#methods = new Map(
      Object.entries(handlers).map(([name, handle]) => [name, register(name, handle, ports)]),
    );
    this.#ports = ports;
  }

  /** Names a connection of this dialect may call, in the order of the contracts. */
  methodNames(dialect: Dialect): string[] {
    return Object.entries<MethodContract>(METHODS)
      .filter(([name, { advertised }]) => this.#methods.has(name) && isListed(advertised, dialect))
      .map(([name]) => name);
  }

  /**
   * Takes one message. Calls run concurrently, answers come in any order. The checks come in a fixed order: role,
   * scope, existence, budget, params, what these params ask for, free slot; so a caller without rights learns nothing about what exists.
   *
   * Docs: protocol.md#authorisation-order
   */
  dispatch(session: Session, text: string): void {
    const parsed = parseRequestFrame(text, session.view.dialect);
    switch (parsed.kind) {
      case "not-json":
        return this.#ports.traffic?.broken(session.view.connId);
      case "invalid": {
        const error = invalidRequest(`invalid request frame: ${parsed.issues}`);
        return session.answer({ id: parsed.id, ok: false, error: error.toShape() });
      }
      case "request":
        return this.#request({ session, frame: parsed.frame, startedAt: performance.now() });
      default:
        return parsed satisfies never;
    }
  }

  #request(request: Request): void {
    const { session, frame } = request;
    const { grant, dialect, connId } = session.view;
    this.#ports.traffic?.asked?.({ connId, id: frame.id, method: this.#nameOf(frame) });
    const verdict = authorize(grant, methodScope(frame.method));
    if (!verdict.ok) {
      if (verdict.reason === "scope") return this.#fail(request, scopeFailure(dialect, verdict.missing));
      const error = roleFailure(grant.role).toShape();
      session.answerRoleRefusal({ id: frame.id, ok: false, error });
      return this.#told(request, error);
    }
    const method = this.#methods.get(frame.method);
    if (!method) return this.#fail(request, noSuchMethod(frame.method));
    const overBudget =
      method.contract.budgeted && this.#ports.charge?.(frame.method, callerOf(session, frame));
    if (overBudget) return this.#fail(request, overBudget);
    const params = parseParams(method.contract.params, frame.params, dialect);
    if (!params.ok)
      return this.#fail(request, invalidRequest(`invalid ${frame.method} params: ${params.text}`));
    const extra = method.contract.extraScope?.(params.value);
    if (extra !== undefined && !authorize(grant, extra).ok)
      return this.#fail(request, scopeFailure(dialect, extra));
    const freeSlot = session.takeSlot();
    if (!freeSlot) return this.#fail(request, tooManyCalls());
    // Safe: the contract of this very method produced the value.
    const admitted = { ...request, method, params: params.value as Call<MethodName>["params"], freeSlot };
    void this.#run(admitted);
  }

  /** Never rejects: whatever happens becomes an answer. */
  async #run(admitted: Admitted): Promise<void> {
    const { session, frame, method, params, freeSlot } = admitted;
    let stage: "running" | "accepted" | "ended" = "running";
    const accept = (payload: unknown): void => {
      if (stage !== "running") return;
      stage = "accepted";
      freeSlot();
      session.answer({ id: frame.id, ok: true, payload });
      this.#told(admitted);
    };
    const { signal } = session;
    try {
      const payload = await method.handle({ ...callerOf(session, frame), params, signal, accept });
      session.answer({ id: frame.id, ok: true, payload });
      this.#told(admitted);
    } catch (thrown) {
      this.#fail(admitted, thrown);
    } finally {
      stage = "ended";
      freeSlot();
    }
  }

  #fail(request: Request, thrown: unknown): void {
    const { session, frame } = request;
    const { id, method, traceparent } = frame;
    const error = toRpcError(thrown);
    const { connId } = session.view;
    const about = { method, connId, ...(traceparent !== undefined && { traceparent }) };
    if (error !== thrown) this.#ports.logger?.error("method failed", { ...about, error: thrown });
    try {
      session.answer({ id, ok: false, error: error.toShape(), payload: error.payload });
    } catch (unserialisable) {
      this.#ports.logger?.error("error not serialisable", { ...about, error: unserialisable });
      session.answer({ id, ok: false, error: toRpcError(unserialisable).toShape() });
    }
    const { missingScope: missing } = error;
    if (missing !== undefined)
      this.#ports.onDenied?.({ caller: callerOf(session, frame), method: this.#nameOf(frame), missing });
    this.#told(request, error);
  }

  #told({ session, frame, startedAt }: Request, error?: AnsweredCall["error"]): void {
    const { traffic } = this.#ports;
    if (!traffic) return;
    const durationMs = performance.now() - startedAt;
    const call = { connId: session.view.connId, id: frame.id, method: this.#nameOf(frame) };
    traffic.answered({ ...call, ok: error === undefined, durationMs, error: error && withoutName(error) });
  }

  /** A name that is none of ours is a client's text, which may be anything, a secret in the wrong place too (T-WEB-09). */
  #nameOf({ method }: RequestFrame): string {
    return this.#methods.has(method) ? method : UNKNOWN;
  }
}

/** The client is told its own words again; nobody else is. */
function withoutName({ code, message }: NonNullable<AnsweredCall["error"]>): AnsweredCall["error"] {
  return { code, message: message.startsWith("unknown method: ") ? "unknown method" : message };
}

function callerOf({ view: connection }: Session, { traceparent }: RequestFrame): Caller {
  return { connection, ...(traceparent !== undefined && { traceparent }) };
}

function isListed(advertised: MethodContract["advertised"], dialect: Dialect): boolean {
  return advertised === undefined || dialect === 4;
}

function register(name: string, handle: MethodHandlers[MethodName], { charge }: DispatchPorts): Method {
  const contract = methodContract(name);
  if (!contract || !handle) throw new TypeError(`method ${name} needs a contract and a handler`);
  if (contract.budgeted && !charge) throw new TypeError(`method ${name} needs somebody who counts its calls`);
  // Safe: the contract of the same name makes the params this handler takes.
  return { contract, handle: handle as Method["handle"] };
}

function noSuchMethod(name: string) {
  return name === "connect"
    ? invalidRequest("connect is only valid as the first request")
    : unknownMethod(name);
}
