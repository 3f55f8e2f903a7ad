import type { GatewayTarget, OpenClawConfig } from "@openclaw/config";

import type { ConnectionFlags } from "../connection/flags.ts";
import { findAnyTarget, findLocalTarget, findTarget } from "../connection/open-gateway.ts";
import type { CommandContext } from "../context.ts";
import { CliFailure } from "../failure.ts";

/** One gateway to look for. */
export interface ProbeCandidate {
  readonly kind: "explicit" | "configRemote" | "localLoopback";
  readonly url: string;
  /** Whether commands talk to this one as things are configured. */
  readonly active: boolean;
  /** How to reach it, or why that may not be tried. */
  readonly target: GatewayTarget | CliFailure;
}

/** Every gateway the command line and the configuration name, each address once, the most wanted first. */
export function probeCandidates(context: CommandContext, flags: ConnectionFlags): ProbeCandidate[] {
  const { mode, remote } = context.loaded.config.gateway ?? {};
  const isRemote = mode === "remote";
  const remoteUrl = remote?.url?.trim();
  // With an address on the command line, the credentials beside it are for that address.
  const { url, token: _token, password: _password, ...place } = flags;
  const own = url === undefined ? flags : place;
  const local = findLocalTarget(context, own);
  const found: ProbeCandidate[] = [
    ...(url === undefined ? [] : [explicit(context, flags, { url, local })]),
    ...(remoteUrl ? [configured(context, own, { url: remoteUrl, active: isRemote })] : []),
    { kind: "localLoopback", url: local.url, active: !isRemote, target: local },
  ];
  return found.filter((one, index) => found.findIndex((other) => isSame(other.url, one.url)) === index);
}

function explicit(
  context: CommandContext,
  flags: ConnectionFlags,
  { url, local }: { readonly url: string; readonly local: GatewayTarget },
): ProbeCandidate {
  // Naming the local gateway's own address does not take credentials on the command line.
  const isLocal = isSame(url, local.url) && flags.token === undefined && flags.password === undefined;
  const target = isLocal ? local : orFailure(() => findAnyTarget(context, flags));
  return { kind: "explicit", url, active: true, target };
}

function configured(
  context: CommandContext,
  flags: ConnectionFlags,
  { url, active }: Pick<ProbeCandidate, "url" | "active">,
): ProbeCandidate {
  const { loaded } = context;
  const config: OpenClawConfig = { ...loaded.config, gateway: { ...loaded.config.gateway, mode: "remote" } };
  const inRemoteMode = { ...context, loaded: { ...loaded, config } };
  return { kind: "configRemote", url, active, target: orFailure(() => findTarget(inRemoteMode, flags)) };
}

function orFailure(find: () => GatewayTarget): GatewayTarget | CliFailure {
  try {
    return find();
  } catch (error) {
    if (error instanceof CliFailure) return error;
    throw error;
  }
}

function isSame(one: string, other: string): boolean {
  return one.replace(/\/$/, "") === other.replace(/\/$/, "");
}
