import { ConnectionError, type Client } from "@openclaw/client";

import type { ConnectionFlags } from "../connection/flags.ts";
import { connectTarget, findLocalTarget } from "../connection/open-gateway.ts";
import type { CommandContext } from "../context.ts";
import { lockClaim } from "../local/lock-holder.ts";

/** What came of asking the gateway that runs with our configuration file. */
export type OwnGatewayAnswer<T> =
  { readonly running: true; readonly value: T } | { readonly running: false; readonly reason: string };

/**
 * Asks the gateway of this machine, if it runs with the file this command works on. One that does not let us in, or runs
 * with another file, counts as not running: then the file is all there is. Once a request is made its failure is thrown.
 *
 * Docs: configuration.md#commands
 */
export async function askOwnGateway<T>(
  context: CommandContext,
  flags: Omit<ConnectionFlags, "url">,
  ask: (client: Client) => Promise<T>,
): Promise<OwnGatewayAnswer<T>> {
  const target = findLocalTarget(context, { ...flags, ...(await claimedPort(context)) });
  let client: Client;
  try {
    client = await connectTarget(context, target, flags);
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    const reason =
      error.code === "unreachable"
        ? "Gateway not running."
        : `No answer from the gateway at ${target.url}: ${error.message}`;
    return { running: false, reason };
  }
  try {
    const { configPath } = client.hello?.snapshot ?? {};
    if (configPath !== context.paths.configPath) {
      return { running: false, reason: `The gateway at ${target.url} runs with another file.` };
    }
    return { running: true, value: await ask(client) };
  } finally {
    await client.close();
  }
}

/** A gateway that was started with `--port` listens where its lock says, not where the file does. */
export async function claimedPort({ paths }: CommandContext): Promise<Pick<ConnectionFlags, "port">> {
  const { port, configPath } = await lockClaim(paths.lockPath);
  return port !== undefined && configPath === paths.configPath ? { port: String(port) } : {};
}
