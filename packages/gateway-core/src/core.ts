import { type Agents, createAgents } from "@openclaw/agents";
import { type Authenticator, type AuthPolicy, createAuthenticator } from "@openclaw/auth";
import { agentWorkspace } from "@openclaw/config";
import type { ReloadEngine } from "@openclaw/reload";
import type { AssemblyOptions } from "./assemble.ts";
import type { InstanceClaims } from "./claims/instance-claims.ts";
import type { Claimant } from "./claims/lock.ts";
import type { Late } from "./late.ts";
import { openStateFolder, type StateFolder } from "./state-folder.ts";
import { GATEWAY_VERSION } from "./version.ts";

/** What exists only once the state folder is open. */
export interface Core {
  readonly state: StateFolder;
  readonly agents: Agents;
  readonly authenticator: Authenticator;
}

/** Addresses to listen on that answer whoever finds our claim and asks on 127.0.0.1 whether we live. */
const ASKED: readonly string[] = ["127.0.0.1", "0.0.0.0"];

/** Who claims, as a second gateway would find us. */
export function claimantOf({ options, loaded, address, instanceId }: AssemblyOptions): Claimant {
  const { port, hosts } = address();
  return {
    port: options.server ? 0 : port,
    isAskable: !options.server && hosts.some((host) => ASKED.includes(host)),
    configPath: loaded.paths.configPath,
    now: (options.now ?? Date.now)(),
    instanceId,
  };
}

/** What a core is built around. */
export interface CoreParts {
  readonly policy: () => AuthPolicy;
  readonly reload: ReloadEngine;
  readonly claims: InstanceClaims;
}

/** Claims the state and builds what works on it. @throws {GatewayError} STATE_IN_USE, STATE_UNUSABLE */
export async function openCore(given: AssemblyOptions, { policy, reload, claims }: CoreParts): Promise<Core> {
  const { options, loaded, logger } = given;
  const now = options.now ?? Date.now;
  const state = await openStateFolder({ loaded, claimant: claimantOf(given), claims, now, logger });
  const agents = createAgents({
    store: state.store.agents,
    config: () => reload.inForce.config,
    get env() {
      return reload.inForce.env;
    },
    workspaceDir: (agentId) => agentWorkspace(reload.inForce.config, loaded.paths, agentId),
    logger: options.subsystem?.("agent") ?? logger,
    now,
    version: GATEWAY_VERSION,
    // Somebody sits in front of an installation and may wonder why it only repeats; a host program knows.
    ...(options.paths && { offlineHint: offlineHint(loaded.paths.configPath) }),
  });
  const authenticator = createAuthenticator({
    policy,
    devices: state.store.devices,
    tokenKey: state.tokenKey,
    now,
    ...(options.whois && { whois: options.whois }),
    logger: options.subsystem?.("gateway/auth") ?? logger,
  });
  return { state, agents, authenticator };
}

function offlineHint(configPath: string): string {
  return `No model is configured: this is the built-in echo. Set models.providers and agents.defaults.model in ${configPath}.`;
}

/** The authenticator of a core that comes later. */
export function lateAuthenticator(core: Late<Core>): Authenticator {
  return {
    connect: (attempt) => core.value.authenticator.connect(attempt),
    http: (facts) => core.value.authenticator.http(facts),
    get devices() {
      return core.value.authenticator.devices;
    },
    close: () => core.value.authenticator.close(),
  };
}
