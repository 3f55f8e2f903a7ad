import { platform } from "node:os";

import { createClient, type Client } from "../client.ts";
import { DEFAULTS } from "../defaults.ts";
import type { ClientOptions } from "../options.ts";
import { openNodeSocket, pinnedNodeSocket } from "./node-socket.ts";

/** Options of {@link connectNode}: those of a client, with the socket supplied. */
export interface NodeClientOptions extends Omit<ClientOptions, "openSocket"> {
  /** SHA-256 of the only certificate to accept, in hex; needs a `wss:` address. @default the authorities Node trusts */
  readonly tlsFingerprint?: string;
}

/**
 * Creates a client for Node that is not connected yet, so that listeners can be added first.
 *
 * @throws {TypeError} `tlsFingerprint` is none
 */
export function createNodeClient({ tlsFingerprint, ...options }: NodeClientOptions): Client {
  return createClient({
    client: { ...DEFAULTS.client, platform: platform() },
    ...options,
    openSocket: tlsFingerprint === undefined ? openNodeSocket : pinnedNodeSocket(tlsFingerprint),
  });
}

/**
 * Connects from Node and resolves once the gateway has said hello.
 *
 * @throws {ConnectionError}
 */
export async function connectNode(options: NodeClientOptions): Promise<Client> {
  const client = createNodeClient(options);
  await client.connect();
  return client;
}
