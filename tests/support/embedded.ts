import {
  createGateway,
  type EmbeddedOptions,
  type Gateway,
  type GatewayAddress,
} from "@openclaw/gateway-core";
import { connectNode, type NodeClientOptions } from "@openclaw/client/node";
import type { Client } from "@openclaw/client";

export const TOKEN = "test-token-of-at-least-24-characters";

/** A gateway in this process on a free port, with HTTP endpoints on and everything in memory. */
export async function startEmbedded(
  config: Record<string, unknown> = {},
  options: Partial<EmbeddedOptions> = {},
): Promise<{ gateway: Gateway; address: GatewayAddress } & AsyncDisposable> {
  const gateway = createGateway({
    port: 0,
    ...options,
    config: {
      gateway: { auth: { token: TOKEN }, http: { endpoints: { chatCompletions: { enabled: true } } } },
      ...config,
    },
  });
  const address = await gateway.start();
  return { gateway, address, [Symbol.asyncDispose]: () => gateway.close() };
}

export const ALL_SCOPES = [
  "operator.admin",
  "operator.read",
  "operator.write",
  "operator.approvals",
  "operator.pairing",
];

/** Our own client as a local backend with all scopes. */
export function connect(url: string, options: Partial<NodeClientOptions> = {}): Promise<Client> {
  return connectNode({
    url,
    auth: { token: TOKEN },
    scopes: ALL_SCOPES,
    client: { id: "gateway-client", mode: "backend", version: "1.0.0", platform: "test" },
    ...options,
  });
}
