import { randomUUID } from "node:crypto";
import type { AuthEffect, Authenticator, Grant, PeerFacts, SampledLogger, Standing } from "@openclaw/auth";
import {
  CLOSE,
  closeReason,
  encodeEvent,
  encodeResponse,
  invalidRequest,
  negotiateDialect,
  parseConnectParams,
  parseRequestFrame,
  protocolMismatch,
  type ConnectChallenge,
  type ConnectParams,
  type Dialect,
  type RequestFrame,
  type RpcError,
} from "@openclaw/protocol";
import type { Disconnect } from "./connection-view.ts";
import type { Connection } from "./connection.ts";
import { startDeadline } from "./deadline.ts";
import { connectUnavailable, toRpcError } from "./errors.ts";
import type { RpcLimits } from "./limits.ts";
import type { RpcPhase } from "./options.ts";
import type { RefusalPace } from "./refusal-pace.ts";

/** A client that proved itself, and what it sent while it was waiting for the answer. */
export interface Admission {
  /** Id of the `connect` request, still to be answered. */
  readonly requestId: string;
  readonly params: ConnectParams;
  readonly dialect: Dialect;
  readonly grant: Grant;
  readonly standing: Standing;
  readonly queued: readonly string[];
}

/** What a handshake needs from the server. */
export interface HandshakePorts {
  /** What the upgrade request says about the client. */
  readonly facts: PeerFacts;
  readonly authenticator: Authenticator;
  readonly limits: Pick<RpcLimits, "handshakeTimeoutMs" | "preAuthQueue">;
  readonly logger: SampledLogger;
  readonly pace: RefusalPace;
  now(): number;
  phase(): RpcPhase;
  /** Tells others what the attempt changed. */
  announce(effects: readonly AuthEffect[]): void;
  admit(admission: Admission): void;
}

/** Error answer and close of one refusal. */
interface Refusal {
  readonly error: RpcError;
  readonly close: Disconnect;
  /** The client does not speak this protocol: coming back as it is gains it nothing. */
  readonly isMisfit?: boolean;
}

/**
 * The life of a socket until hello-ok: challenge, one `connect`, one verdict. Nothing but `connect` is looked at
 * before the verdict (T-AUTH-01); frames behind it wait and are dropped with a refused connect.
 *
 * Docs: protocol.md#handshake
 */
export class Handshake {
  readonly #connection: Connection;
  readonly #ports: HandshakePorts;
  readonly #nonce = randomUUID();
  readonly #queue: string[] = [];
  readonly #cancelDeadline: () => void;
  #held: NodeJS.Timeout | undefined;
  #isConnecting = false;
  #isRefused = false;

  /** Sends the challenge and starts the clock. */
  constructor(connection: Connection, ports: HandshakePorts) {
    this.#connection = connection;
    this.#ports = ports;
    const challenge: ConnectChallenge = { nonce: this.#nonce, ts: ports.now() };
    connection.send(encodeEvent("connect.challenge", JSON.stringify(challenge)));
    this.#cancelDeadline = startDeadline(ports.limits.handshakeTimeoutMs, () =>
      this.#drop(CLOSE.handshakeTimeout),
    );
  }

  /** Whether nothing that counts has come yet. */
  get isParked(): boolean {
    return !this.#isConnecting;
  }

  /** Takes one message. */
  receive(text: string): void {
    if (!this.#isConnecting) return this.#first(text);
    if (this.#isRefused) return;
    if (this.#queue.length < this.#ports.limits.preAuthQueue) this.#queue.push(text);
    else this.#drop(CLOSE.queueFull);
  }

  /** Stops the clocks: the connection is gone or admitted. */
  end(): void {
    this.#cancelDeadline();
    clearTimeout(this.#held);
  }

  #first(text: string): void {
    const parsed = parseRequestFrame(text);
    switch (parsed.kind) {
      case "not-json":
        return this.#drop(CLOSE.notJson);
      case "invalid":
        return this.#drop(CLOSE.notARequestFrame);
      case "request":
        this.#isConnecting = true;
        return void this.#connect(parsed.frame);
      default:
        return parsed satisfies never;
    }
  }

  /** Never rejects: whatever goes wrong is answered and closed. */
  async #connect(frame: RequestFrame): Promise<void> {
    try {
      const refusal = await this.#judge(frame);
      if (refusal) this.#refuse(frame.id, refusal);
    } catch (thrown) {
      this.#ports.logger.error("handshake failed", { connId: this.#connection.connId, error: thrown });
      this.#refuse(frame.id, { error: toRpcError(thrown), close: CLOSE.internal });
    }
  }

  /** Runs the checks in their fixed order; admits, or returns why not. */
  async #judge(frame: RequestFrame): Promise<Refusal | undefined> {
    if (frame.method !== "connect") return refusal(CLOSE.firstNotConnect.reason);
    const phase = this.#ports.phase();
    if (phase !== "ready") return { error: connectUnavailable(phase), close: CLOSE[phase] };
    const parsed = parseConnectParams(frame.params);
    if (!parsed.ok) return refusal(`invalid connect params: ${parsed.text}`);
    const params = parsed.value;
    if (isWorker(params)) return void this.#drop(CLOSE.invalidHandshake);
    const dialect = negotiateDialect(params.minProtocol, params.maxProtocol);
    if (!dialect) return { error: protocolMismatch(params), close: CLOSE.protocolMismatch, isMisfit: true };
    return this.#authenticate(frame, params, dialect);
  }

  async #authenticate(
    frame: RequestFrame,
    params: ConnectParams,
    dialect: Dialect,
  ): Promise<Refusal | undefined> {
    const verdict = await this.#ports.authenticator.connect({
      facts: this.#ports.facts,
      peer: this.#connection.peer,
      params,
      dialect,
      nonce: this.#nonce,
    });
    this.#ports.announce(verdict.effects);
    if (!verdict.ok) return verdict;
    // The deadline, a flood of frames or the peer itself may have ended it while the verdict was made.
    if (!this.#connection.isOpen) return undefined;
    this.end();
    const { grant, standing } = verdict;
    this.#ports.admit({ requestId: frame.id, params, dialect, grant, standing, queued: this.#queue });
    return undefined;
  }

  /** Answers and closes: at once, or later for a misfit that comes back again and again. */
  #refuse(id: string, refusal: Refusal): void {
    // What it sent behind is dropped now: a refusal may be held back, and nobody keeps anything for it meanwhile.
    this.#isRefused = true;
    this.#queue.length = 0;
    const holdMs = refusal.isMisfit ? this.#ports.pace.next(this.#connection.peer) : 0;
    if (holdMs === 0) return this.#tell(id, refusal);
    this.#held = setTimeout(() => this.#tell(id, refusal), holdMs);
    this.#held.unref();
  }

  #tell(id: string, { error, close }: Refusal): void {
    this.#connection.send(encodeResponse({ id, ok: false, error: error.toShape() }));
    this.#drop(close);
  }

  /** Closes without an answer of its own. */
  #drop(close: Disconnect): void {
    const { connId, peer } = this.#connection;
    const { code, reason } = close;
    this.#ports.logger.warn("handshake ended", {
      connId,
      clientIp: peer.clientIp,
      code,
      reason: closeReason(reason),
    });
    this.#connection.close(close);
  }
}

/** Refuses a misfit; the close says the same as the answer. */
function refusal(message: string): Refusal {
  const close = { code: CLOSE.refused.code, reason: message };
  return { error: invalidRequest(message), close, isMisfit: true };
}

/** Workers have an endpoint of their own elsewhere; here they are not even answered. */
function isWorker({ role, client }: ConnectParams): boolean {
  return role === "worker" || client.id === "openclaw-worker" || client.mode === "worker";
}
