import type { HelloOk } from "@openclaw/protocol";

import { buildConnect } from "./connect-request.ts";
import { Connection, type ConnectionHost } from "./connection.ts";
import { DEFAULTS } from "./defaults.ts";
import { DeviceCredentials } from "./device-credentials.ts";
import { ConnectionError } from "./errors.ts";
import type { ClientOptions } from "./options.ts";
import { startupDelayMs } from "./reconnect-policy.ts";
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
 * @throws {ConnectionError}
 */
export async function establish(
  options: ClientOptions,
  host: ConnectionHost,
  signal: AbortSignal,
): Promise<Established> {
  signal.throwIfAborted();
  const now = options.now ?? Date.now;
  const timeoutMs = options.connectTimeoutMs ?? DEFAULTS.connectTimeoutMs;
  const deadline = now() + timeoutMs;
  const credentials = new DeviceCredentials(options);
  for (let leftMs = timeoutMs; ; leftMs = Math.max(0, deadline - now())) {
    const connection = openConnection({ options, credentials, leftMs }, host);
    const abort = () => void connection.close();
    signal.addEventListener("abort", abort, { once: true });
    try {
      const hello = await connection.hello;
      await credentials.keep(hello);
      return { connection, hello };
    } catch (error) {
      if (signal.aborted) await connection.close();
      if (!(error instanceof ConnectionError)) throw error;
      const delayMs = startupDelayMs(error);
      if (delayMs !== undefined && now() + delayMs < deadline) {
        await wait(delayMs, signal);
      } else if (!(await credentials.canFallBack(error))) {
        await credentials.forgetIfStale(error);
        throw error;
      }
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }
}

interface Attempt {
  readonly options: ClientOptions;
  readonly credentials: DeviceCredentials;
  readonly leftMs: number;
}

function openConnection({ options, credentials, leftMs }: Attempt, host: ConnectionHost): Connection {
  const now = options.now ?? Date.now;
  const intent = {
    client: options.client ?? DEFAULTS.client,
    role: options.role ?? "operator",
    scopes: options.scopes ?? [],
    caps: options.caps ?? [],
    minProtocol: options.minProtocol ?? 3,
  };
  return new Connection(
    {
      url: options.url,
      openSocket: options.openSocket,
      connectTimeoutMs: leftMs,
      closeGraceMs: DEFAULTS.closeGraceMs,
      now,
      connectParams: async (challenge) =>
        buildConnect({ ...intent, ...(await credentials.present()) }, challenge, now()),
    },
    host,
  );
}
