import type { HelloOk } from "@openclaw/protocol";
import { PROTOCOL_VERSION } from "@openclaw/protocol/wire";

import { buildConnect } from "./connect-request.ts";
import { Connection, type ConnectionHost } from "./connection.ts";
import { Credentials } from "./credentials.ts";
import { DEFAULTS } from "./defaults.ts";
import { ConnectionError } from "./errors.ts";
import type { ClientOptions } from "./options.ts";
import { startupDelayMs } from "./recovery.ts";
import { openPlatformSocket } from "./socket.ts";
import { unlessAborted, wait } from "./timer.ts";

/**
 * Gets one authenticated connection, which has told its host already when this resolves. Two refusals are not reported
 * but tried again within the deadline: the gateway is still starting, and there are other credentials to show.
 *
 * @throws {ConnectionError}
 */
export async function establish(
  options: ClientOptions,
  host: ConnectionHost,
  signal: AbortSignal,
): Promise<HelloOk> {
  const now = options.now ?? Date.now;
  const timeoutMs = options.connectTimeoutMs ?? DEFAULTS.connectTimeoutMs;
  const credentials = new Credentials(options);
  // Whoever is asked may take any time, or never answer: the owner's `close` does not wait for that.
  await unlessAborted(credentials.prepare(), signal);
  let deadline = now() + timeoutMs;
  for (;;) {
    signal.throwIfAborted();
    const leftMs = Math.max(0, deadline - now());
    const connection = openConnection({ options, credentials, leftMs }, host);
    const abort = () => void connection.close();
    signal.addEventListener("abort", abort, { once: true });
    try {
      const hello = await connection.hello;
      await unlessAborted(credentials.keep(hello), signal);
      return hello;
    } catch (error) {
      if (signal.aborted) await connection.close();
      if (signal.aborted || !(error instanceof ConnectionError)) throw error;
      const delayMs = startupDelayMs(error);
      if (delayMs !== undefined && now() + delayMs < deadline) await wait(delayMs, signal);
      // Asking may have taken a person's time, which is not the gateway's.
      else if (await unlessAborted(credentials.hasOthers(error), signal)) deadline = now() + timeoutMs;
      else throw error;
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }
}

interface Attempt {
  readonly options: ClientOptions;
  readonly credentials: Credentials;
  readonly leftMs: number;
}

function openConnection({ options, credentials, leftMs }: Attempt, host: ConnectionHost): Connection {
  const now = options.now ?? Date.now;
  const intent = {
    client: options.client ?? DEFAULTS.client,
    role: options.role ?? "operator",
    scopes: options.scopes ?? [],
    caps: options.caps ?? [],
    commands: options.commands,
    permissions: options.permissions,
    pathEnv: options.pathEnv,
    minProtocol: options.minProtocol ?? 3,
    maxProtocol: options.maxProtocol ?? PROTOCOL_VERSION,
  };
  return new Connection(
    {
      url: options.url,
      openSocket: options.openSocket ?? openPlatformSocket,
      connectTimeoutMs: leftMs,
      closeGraceMs: DEFAULTS.closeGraceMs,
      now,
      connectParams: async (challenge) =>
        buildConnect({ ...intent, ...(await credentials.present()) }, challenge, now()),
    },
    host,
  );
}
