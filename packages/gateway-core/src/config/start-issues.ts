import { type ConfigIssue, failedSetting, type LoadedConfig } from "@openclaw/config";
import { GatewayError } from "../errors.ts";
import { listen } from "../listener.ts";
import { type Loaded, startable } from "../load.ts";
import type { GatewayOptions } from "../options.ts";

/** What would keep a gateway from starting with a configuration: every guard of a start, and the port it would take. */
export async function startIssues(
  after: LoadedConfig,
  options: GatewayOptions,
  { settings, paths }: Loaded,
): Promise<readonly ConfigIssue[]> {
  const resolution = startable(after, options, paths);
  if (!resolution.ok) {
    const { code, lines } = resolution.failure;
    return [{ path: failedSetting(code), message: lines[0] }];
  }
  const { hosts, port } = resolution.settings;
  // On our own port nothing can be tried: we are the ones who hold it.
  if (port === settings.port || options.server !== undefined || options.port !== undefined) return [];
  return portIssues(hosts[0], port);
}

/** Listens for a moment: whoever holds the port would hold it after the restart too. */
async function portIssues(host: string, port: number): Promise<readonly ConfigIssue[]> {
  const silent = { onSkipped: () => {}, onError: () => {} };
  const deaf = {
    request: (_: unknown, response: { destroy(): unknown }) => void response.destroy(),
    upgrade: (_: unknown, socket: { destroy(): unknown }) => void socket.destroy(),
  };
  try {
    await (await listen({ hosts: [host], port }, deaf, silent)).close();
    return [];
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return [{ path: error.code === "PORT_BUSY" ? "gateway.port" : "gateway.bind", message: error.message }];
  }
}
