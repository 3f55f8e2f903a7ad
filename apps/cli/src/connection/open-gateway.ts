import type { Client, ClientInfo, Device } from "@openclaw/client";
import { connectNode, openDevice } from "@openclaw/client/node";
import { resolveTarget, type GatewayTarget } from "@openclaw/config";

import type { CommandContext } from "../context.ts";
import { VERSION } from "../version.ts";
import { callFailure, targetFailure } from "./failures.ts";
import { timeoutMs, type ConnectionFlags } from "./flags.ts";

// Always the same five: a paired device that asked for other scopes would have to be approved again.
const SCOPES = ["admin", "read", "write", "approvals", "pairing"].map((scope) => `operator.${scope}`);

/** Finds the gateway a command is about. */
export function findTarget(context: CommandContext, flags: ConnectionFlags): GatewayTarget {
  const { env, paths, loaded } = context;
  const resolved = resolveTarget({ config: loaded.config, env, paths, flags: targetFlags(flags) });
  if (!resolved.ok) throw targetFailure(resolved.failure);
  return resolved.target;
}

/** The gateway of this machine, even in remote mode. */
export function findLocalTarget(
  context: CommandContext,
  flags: Omit<ConnectionFlags, "url"> = {},
): GatewayTarget {
  const { env, paths, loaded } = context;
  const { url: _other, ...local } = targetFlags(flags);
  const resolved = resolveTarget({ config: loaded.config, env, paths, flags: local, scope: "local" });
  if (!resolved.ok) throw targetFailure(resolved.failure);
  return resolved.target;
}

/** Connects to a target as the CLI; throws the client's own errors. */
export function connectTarget(
  context: CommandContext,
  target: GatewayTarget,
  flags: ConnectionFlags,
): Promise<Client> {
  const { token, password, tlsFingerprint } = target;
  const ms = timeoutMs(flags);
  return connectNode({
    url: target.url,
    ...(tlsFingerprint !== undefined && { tlsFingerprint }),
    auth: { ...(token !== undefined && { token }), ...(password !== undefined && { password }) },
    client: clientInfo(context),
    scopes: SCOPES,
    device: () => deviceFor(context, flags),
    connectTimeoutMs: ms,
    requestTimeoutMs: ms,
    now: () => context.io.now(),
  });
}

/** Connects to the gateway a command is about, runs `use` with it and closes the connection. */
export async function withGateway<T>(
  context: CommandContext,
  flags: ConnectionFlags,
  use: (client: Client, target: GatewayTarget) => Promise<T>,
): Promise<T> {
  const target = findTarget(context, flags);
  try {
    const client = await connectTarget(context, target, flags);
    return await use(client, target).finally(() => client.close());
  } catch (error) {
    throw callFailure(error, context, target);
  }
}

// Credentials on the command line are the only ones to be used: no token of an earlier pairing steps in for them.
async function deviceFor({ paths }: CommandContext, { token, password }: ConnectionFlags): Promise<Device> {
  const device = await openDevice(paths.stateDir);
  return token === undefined && password === undefined ? device : { identity: device.identity };
}

function targetFlags({ url, token, password, port }: ConnectionFlags): Omit<ConnectionFlags, "timeout"> {
  return {
    ...(url !== undefined && { url }),
    ...(token !== undefined && { token }),
    ...(password !== undefined && { password }),
    ...(port !== undefined && { port }),
  };
}

function clientInfo({ io }: CommandContext): ClientInfo {
  return { id: "cli", mode: "cli", version: VERSION, platform: io.machine.platform };
}
