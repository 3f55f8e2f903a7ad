import { closeReason } from "./close-codes.ts";
import type { ClientId, ClientMode } from "./connect.ts";
import { approvalNotFound, invalidRequest, RpcError } from "./errors.ts";
import type { ChatEventPayload } from "./events/runs.ts";
import type { DevicePairRequestedPayload } from "./events/devices.ts";
import type { ShutdownPayload } from "./events/gateway.ts";
import type { HealthSnapshot } from "./health.ts";
import type { HelloOk } from "./hello.ts";
import { LIMITS } from "./limits.ts";
import type { AgentAccepted } from "./methods/agent.ts";
import type { PairedDeviceView } from "./methods/devices.ts";
import type { NodeView } from "./methods/nodes.ts";
import {
  AUTH_FAILURES,
  DEVICE_AUTH_FAILURES,
  PAIRING_REASONS,
  type AuthFailure,
  type DeviceAuthReason,
  type KnownAuthReason,
  type PairingReason,
} from "./refusals.ts";
import { MIN_PROTOCOL_VERSION, PROTOCOL_VERSION, type Dialect } from "./version.ts";

// The one place where the negotiated dialect changes what goes over the wire. Everything else treats a connection's
// dialect as an opaque value.

// --- requests ---

/** A decision about a command that does not wait. */
export function unknownApproval(dialect: Dialect): RpcError {
  return dialect === 3 ? invalidRequest("unknown approval id") : approvalNotFound();
}

/** The caller lacks a scope. */
export function scopeFailure(dialect: Dialect, missing: string): RpcError {
  const message = `missing scope: ${missing}`;
  if (dialect === 3) return new RpcError("INVALID_REQUEST", message, { missingScope: missing });
  const details = { code: "MISSING_SCOPE", missingScope: missing, requiredScopes: [missing] };
  return new RpcError("FORBIDDEN", message, { details, missingScope: missing });
}

/** Params name an agent that does not exist; dialect 4 also says so in a code. */
export function unknownAgent(dialect: Dialect, message: string): RpcError {
  return invalidRequest(message, dialect === 3 ? undefined : { code: "UNKNOWN_AGENT_ID" });
}

/** The caller's role may not call the method; the same in both dialects. */
export function roleFailure(role: string): RpcError {
  return invalidRequest(`unauthorized role: ${role}`);
}

/** First answer of `agent`. */
export function agentAccepted(dialect: Dialect, answer: AgentAccepted): AgentAccepted {
  if (dialect === 4) return answer;
  const { runId, status, acceptedAt } = answer;
  return { runId, status, acceptedAt };
}

/** A paired device as its dialect lists it: dialect 3 shows neither the family nor when it was seen. */
export function pairedDevice(dialect: Dialect, device: PairedDeviceView): PairedDeviceView {
  if (dialect === 4) return device;
  const {
    deviceFamily: _1,
    approvedVia: _2,
    lastSeenAtMs: _3,
    lastSeenReason: _4,
    connected: _5,
    ...known
  } = device;
  return known;
}

/** A node as its dialect lists it: dialect 3 knows of no approvals of what a node declares. */
export function nodeView(dialect: Dialect, node: NodeView): NodeView {
  if (dialect === 4) return node;
  const { approvalState: _1, pendingRequestId: _2, ...known } = node;
  return known;
}

/** What a node is told about an event it sent; dialect 3 does not say whether anything came of it. */
export function nodeEventTaken(
  dialect: Dialect,
  event: string,
  handled: boolean,
): { readonly ok: true; readonly event?: string; readonly handled?: boolean } {
  return dialect === 4 ? { ok: true, event, handled } : { ok: true };
}

/** A waiting device, in lists and in the payload of `device.pair.requested`. */
export function pairingRequest(
  dialect: Dialect,
  request: DevicePairRequestedPayload,
): DevicePairRequestedPayload {
  if (dialect === 4) return request;
  const { deviceFamily: _, ...known } = request;
  return known;
}

// --- events ---

/** Payload of `shutdown`: a stop names no time, which dialect 3 writes as `null`. */
export function shutdownPayload(
  dialect: Dialect,
  shutdown: { readonly reason: ShutdownPayload["reason"]; readonly restartExpectedMs?: number | undefined },
): ShutdownPayload {
  const { reason, restartExpectedMs } = shutdown;
  if (restartExpectedMs !== undefined) return { reason, restartExpectedMs };
  return dialect === 3 ? { reason, restartExpectedMs: null } : { reason };
}

/** Payload of `chat`; `undefined` when the dialect has no such event. Dialect 3 tells a stop reason of aborted runs only. */
export function chatPayload(dialect: Dialect, payload: ChatEventPayload): ChatEventPayload | undefined {
  if (dialect === 4) return payload;
  if (payload.state === "status") return undefined;
  const { runId, sessionKey, seq, state, message, errorMessage, stopReason } = payload;
  return {
    runId,
    sessionKey,
    seq,
    state,
    ...(state === "aborted" && stopReason !== undefined && { stopReason }),
    ...(message !== undefined && { message }),
    ...(errorMessage !== undefined && { errorMessage }),
  };
}

/** The gateway's condition, as answer, event and part of the hello: dialect 3 knows of no plugins, reload and event loop. */
export function healthPayload(dialect: Dialect, health: HealthSnapshot): HealthSnapshot {
  if (dialect === 4) return health;
  const { plugins: _plugins, configReload: _reload, eventLoop: _eventLoop, ...rest } = health;
  return rest;
}

/** Whether a new connection is sent the cached `health` event right after its hello. */
export function healthOnConnect(dialect: Dialect): boolean {
  return dialect === 3;
}

// --- handshake ---

/** The client's range and ours do not meet. */
export function protocolMismatch(range: {
  readonly minProtocol: number;
  readonly maxProtocol: number;
}): RpcError {
  return invalidRequest("protocol mismatch", {
    code: "PROTOCOL_MISMATCH",
    clientMinProtocol: range.minProtocol,
    clientMaxProtocol: range.maxProtocol,
    expectedProtocol: PROTOCOL_VERSION,
    minimumProbeProtocol: MIN_PROTOCOL_VERSION,
  });
}

/** The device proof does not hold. */
export function deviceAuthFailure(dialect: Dialect, reason: DeviceAuthReason): RpcError {
  const { message, code } = DEVICE_AUTH_FAILURES[reason];
  return invalidRequest(message, { code: dialect === 3 ? "DEVICE_AUTH_INVALID" : code, reason });
}

/** What {@link authFailure} is about. */
export interface AuthRefusal {
  /** A {@link KnownAuthReason}, another reason, or `undefined` when no credential was asked for. */
  readonly reason: KnownAuthReason | (string & {}) | undefined;
  readonly client: { readonly id: ClientId; readonly mode: ClientMode };
  /** Direct loopback peer: gets advice that only helps on the gateway's own machine. */
  readonly isLocal: boolean;
  /** A device proof came with a shared token only, so its stored device token may still be good. */
  readonly canRetryWithDeviceToken?: boolean;
  /** When a lockout ends. */
  readonly retryAfterMs?: number;
}

/** The credentials are refused; only dialect 4 is told how to recover. */
export function authFailure(dialect: Dialect, refusal: AuthRefusal): RpcError {
  const { reason, retryAfterMs } = refusal;
  const failure = KNOWN.get(reason ?? "");
  const canRetry = reason === "token_mismatch" && refusal.canRetryWithDeviceToken === true;
  const details = {
    code: failure?.code ?? unknownReasonCode(dialect, reason),
    ...(reason !== undefined && { authReason: reason }),
    ...(dialect === 4 && {
      canRetryWithDeviceToken: canRetry,
      recommendedNextStep: canRetry
        ? "retry_with_device_token"
        : (failure?.nextStep ?? "review_auth_configuration"),
    }),
  };
  const text = failure?.text.replace("{hint}", credentialHint(dialect, refusal)) ?? "";
  return new RpcError("INVALID_REQUEST", `unauthorized${text}`, {
    details,
    ...(retryAfterMs !== undefined && { retryable: true, retryAfterMs }),
  });
}

function unknownReasonCode(dialect: Dialect, reason: string | undefined): string {
  if (reason === undefined) return "AUTH_REQUIRED";
  const isIdentityHeader = dialect === 4 && reason.startsWith("trusted_proxy_missing_header_");
  return isIdentityHeader ? "AUTH_IDENTITY_HEADER_REQUIRED" : "AUTH_UNAUTHORIZED";
}

const KNOWN: ReadonlyMap<string, AuthFailure> = new Map(Object.entries(AUTH_FAILURES));

function credentialHint(dialect: Dialect, { reason, client, isLocal }: AuthRefusal): string {
  const secret = reason?.startsWith("password") ? "password" : "token";
  if (client.mode === "cli") {
    if (dialect === 4 && isLocal && secret === "token") {
      return "use this gateway's gateway.auth.token or pair the device";
    }
    return `set gateway.remote.${secret} to match gateway.auth.${secret}`;
  }
  if (client.id === "openclaw-control-ui" || client.id === "webchat-ui" || client.mode === "webchat") {
    return secret === "token"
      ? "open the dashboard URL and paste the token in Control UI settings"
      : "enter the password in Control UI settings";
  }
  return `provide gateway auth ${secret}`;
}

/** What {@link pairingRequired} tells the device. */
export interface PairingDemand {
  readonly reason: PairingReason;
  readonly requestId: string;
  readonly deviceId: string;
  readonly requestedRole: string;
  readonly requestedScopes?: readonly string[];
  readonly approvedRoles?: readonly string[];
  readonly approvedScopes?: readonly string[];
}

/** The device has to be approved first: the error to answer, and the reason to close with. */
export function pairingRequired(
  dialect: Dialect,
  demand: PairingDemand,
): { readonly error: RpcError; readonly closeReason: string } {
  const { reason, requestId, ...rest } = demand;
  if (dialect === 3) {
    const details = { code: "PAIRING_REQUIRED", requestId, reason };
    return {
      error: new RpcError("NOT_PAIRED", "pairing required", { details }),
      closeReason: "pairing required",
    };
  }
  const { requirement, remediationHint } = PAIRING_REASONS[reason];
  const message = `pairing required: ${requirement}`;
  const details = { code: "PAIRING_REQUIRED", reason, requestId, remediationHint, ...rest };
  return {
    error: new RpcError("NOT_PAIRED", message, { details }),
    closeReason: withRequestId(message, requestId),
  };
}

/** Clients read the request id out of the close reason: when both do not fit, the prose is cut. */
function withRequestId(message: string, requestId: string): string {
  const suffix = ` (requestId: ${requestId})`;
  return closeReason(message.slice(0, Math.max(0, LIMITS.closeReasonBytes - suffix.length)) + suffix);
}

/**
 * The hello in the shape of its dialect. Takes everything; dialect 3 clients get `auth` only with an issued device
 * token, and none of the keys their line does not know.
 */
export function helloFor(hello: HelloOk): HelloOk {
  if (hello.protocol === 4) return hello;
  const { server, features, snapshot, policy, auth } = hello;
  const { suspension: _, ...snapshot3 } = snapshot;
  return {
    type: hello.type,
    protocol: hello.protocol,
    server: { version: server.version, connId: server.connId },
    features: { methods: features.methods, events: features.events },
    snapshot: snapshot3,
    ...(auth && withDeviceToken(auth)),
    policy: {
      maxPayload: policy.maxPayload,
      maxBufferedBytes: policy.maxBufferedBytes,
      tickIntervalMs: policy.tickIntervalMs,
    },
  };
}

function withDeviceToken(auth: NonNullable<HelloOk["auth"]>): Pick<HelloOk, "auth"> {
  const { deviceToken, issuedAtMs, role, scopes } = auth;
  if (deviceToken === undefined) return {};
  return { auth: { deviceToken, role, scopes, ...(issuedAtMs !== undefined && { issuedAtMs }) } };
}
