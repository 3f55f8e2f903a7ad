import type { Client, ClientInfo, Device } from "@openclaw/client";
import { connectNode, prepareDevice } from "@openclaw/client/node";
import { resolveTarget, type GatewayTarget } from "@openclaw/config";

import type { CommandContext } from "../context.ts";
import { VERSION } from "../version.ts";
import { callFailure, targetFailure } from "./failures.ts";
import { timeoutMs, type ConnectionFlags } from "./flags.ts";
import { within } from "./within.ts";

// Always the same five: a paired device that asked for other scopes would have to be approved again.
const SCOPES = ["admin", "read", "write", "approvals", "pairing"].map((scope) => `operator.${scope}`);

/** Finds the gateway a command is about. */
export function findTarget(context: CommandContext, flags: ConnectionFlags): GatewayTarget {
  const { env, paths, loaded } = context;
  const resolved = resolveTarget({ config: loaded.config, env, paths, flags: targetFlags(flags) });
  if (!resolved.ok) throw targetFailure(resolved.failure);
  return resolved.target;
}

/** An address to look at, with the credentials of the command line, if any, and no others. */
export function findAnyTarget(context: CommandContext, flags: ConnectionFlags): GatewayTarget {
  const { env, paths, loaded } = context;
  const options = { config: loaded.config, env, paths, flags: targetFlags(flags), allowBareUrl: true };
  const resolved = resolveTarget(options);
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
    device: deviceFor(context, target, flags),
    connectTimeoutMs: ms,
    requestTimeoutMs: ms,
    now: () => context.io.now(),
  });
}

/**
 * Connects to the gateway a command is about, runs `use` with it and closes the connection; all of it within
 * `--timeout`.
 */
export async function withGateway<T>(
  context: CommandContext,
  flags: ConnectionFlags,
  use: Use<T>,
): Promise<T> {
  const target = findTarget(context, flags);
  const ms = timeoutMs(flags);
  const hideSign = context.io.waitSign(`Waiting for the gateway at ${target.url}`);
  const work = within(ms, callTarget(context, target, { flags, use }));
  return explained(context, target, work.finally(hideSign));
}

/** {@link withGateway} for calls that bring deadlines of their own: `--timeout` is that of the connection alone. */
export async function withLongCall<T>(
  context: CommandContext,
  flags: ConnectionFlags,
  use: Use<T>,
): Promise<T> {
  const target = findTarget(context, flags);
  return explained(context, target, callTarget(context, target, { flags, use }));
}

type Use<T> = (client: Client, target: GatewayTarget) => Promise<T>;

async function callTarget<T>(
  context: CommandContext,
  target: GatewayTarget,
  { flags, use }: { readonly flags: ConnectionFlags; readonly use: Use<T> },
): Promise<T> {
  const client = await connectTarget(context, target, flags);
  // Nobody waits for the goodbye: a gateway that hangs would not answer it either.
  return use(client, target).finally(() => void client.close());
}

async function explained<T>(context: CommandContext, target: GatewayTarget, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw await callFailure(error, context, target);
  }
}

// Credentials on the command line are the only ones to be used: no token of an earlier pairing steps in for them, and
// an address from there gets none at all.
function deviceFor(
  { paths }: CommandContext,
  { source }: GatewayTarget,
  { token, password }: ConnectionFlags,
): () => Promise<Device> {
  const device = prepareDevice(paths.stateDir);
  const isOurs = source !== "cli --url" && token === undefined && password === undefined;
  return isOurs ? device : async () => ({ identity: (await device()).identity });
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
