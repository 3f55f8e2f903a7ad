import { platform } from "node:os";

import { createClient, type Client } from "../client.ts";
import { DEFAULTS } from "../defaults.ts";
import type { ClientOptions } from "../options.ts";
import { openNodeSocket } from "./node-socket.ts";

/** Options of {@link connectNode}: those of a client, with the socket supplied. */
export type NodeClientOptions = Omit<ClientOptions, "openSocket">;

/**
 * Connects from Node and resolves once the gateway has said hello.
 *
 * @throws {ConnectionError}
 */
export async function connectNode(options: NodeClientOptions): Promise<Client> {
  const client = createClient({
    client: { ...DEFAULTS.client, platform: platform() },
    ...options,
    openSocket: openNodeSocket,
  });
  await client.connect();
  return client;
}
