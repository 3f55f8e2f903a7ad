import { RpcError, type HelloOk } from "@openclaw/protocol";

import { buildConnect, type ConnectIntent } from "./connect-request.ts";
import { Connection, type ConnectionHost } from "./connection.ts";
import { DEFAULTS } from "./defaults.ts";
import { ConnectionError } from "./errors.ts";
import type { ClientOptions } from "./options.ts";
import { startupDelayMs } from "./reconnect-policy.ts";
import { refusalDetails } from "./refusal.ts";
import { wait } from "./wait.ts";

/** A connection whose handshake is done. */
export interface Established {
  readonly connection: Connection;
  readonly hello: HelloOk;
}

/**
 * Gets one authenticated connection. Two refusals are not reported but tried again within the deadline: the gateway is
 * still starting, and a shared token that has been changed while the device's own token still stands.
 *
 * Docs: protocol.md#device-tokens
 * @throws {ConnectionError}
 */
export async function establish(
  options: ClientOptions,
  host: ConnectionHost,
  signal: AbortSignal,
): Promise<Established> {
  const now = options.now ?? Date.now;
  const timeoutMs = options.connectTimeoutMs ?? DEFAULTS.connectTimeoutMs;
  const stored = await options.tokens?.load(options.role ?? "operator");
  const hasSecret = options.auth?.token !== undefined || options.auth?.password !== undefined;
  signal.throwIfAborted();
  const deadline = now() + timeoutMs;
  let deviceToken = hasSecret ? undefined : stored?.token;
  for (let leftMs = timeoutMs; ; leftMs = Math.max(0, deadline - now())) {
    const intent = connectIntent(options, deviceToken);
    const connection = openConnection(options, host, { intent, timeoutMs: leftMs });
    const abort = () => void connection.close();
    signal.addEventListener("abort", abort, { once: true });
    try {
      const hello = await connection.hello;
      await keepToken(options, hello);
      return { connection, hello };
    } catch (error) {
      if (signal.aborted) await connection.close();
      if (!(error instanceof ConnectionError)) throw error;
      const delayMs = startupDelayMs(error);
      if (delayMs !== undefined && now() + delayMs < deadline) await wait(delayMs, signal);
      else if (deviceToken === undefined && stored && mayUseDeviceToken(error)) deviceToken = stored.token;
      else {
        if (!hasSecret && isStaleDeviceToken(error)) await options.tokens?.remove(intent.role);
        throw error;
      }
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }
}

function connectIntent(options: ClientOptions, deviceToken: string | undefined): ConnectIntent {
  return {
    client: options.client ?? DEFAULTS.client,
    role: options.role ?? "operator",
    scopes: options.scopes ?? [],
    caps: options.caps ?? [],
    minProtocol: options.minProtocol ?? 3,
    auth: { ...options.auth, ...(deviceToken !== undefined && { deviceToken }) },
    identity: options.identity,
  };
}

function openConnection(
  options: ClientOptions,
  host: ConnectionHost,
  { intent, timeoutMs }: { intent: ConnectIntent; timeoutMs: number },
): Connection {
  const now = options.now ?? Date.now;
  return new Connection(
    {
      url: options.url,
      openSocket: options.openSocket,
      connectTimeoutMs: timeoutMs,
      closeGraceMs: DEFAULTS.closeGraceMs,
      now,
      connectParams: (challenge) => buildConnect(intent, challenge, now()),
    },
    host,
  );
}

// A token that cannot be kept costs a later connection its shortcut, not this one its life.
async function keepToken({ tokens, logger }: ClientOptions, { auth }: HelloOk): Promise<void> {
  if (!tokens || auth?.deviceToken === undefined) return;
  try {
    await tokens.save({ token: auth.deviceToken, role: auth.role, scopes: auth.scopes });
  } catch (error) {
    logger?.warn("cannot store the device token", { error });
  }
}

function mayUseDeviceToken({ cause }: ConnectionError): boolean {
  return cause instanceof RpcError && refusalDetails(cause).canRetryWithDeviceToken === true;
}

function isStaleDeviceToken({ cause, closeReason }: ConnectionError): boolean {
  const code = cause instanceof RpcError ? refusalDetails(cause).code : undefined;
  return code === "AUTH_DEVICE_TOKEN_MISMATCH" || closeReason?.includes("device token mismatch") === true;
}
