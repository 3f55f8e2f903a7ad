import { type Agents, createAgents } from "@openclaw/agents";
import { type Authenticator, type AuthPolicy, createAuthenticator } from "@openclaw/auth";
import type { ReloadEngine } from "@openclaw/reload";
import type { AssemblyOptions } from "./assemble.ts";
import type { Late } from "./late.ts";
import { openStateFolder, type StateFolder } from "./state-folder.ts";
import { GATEWAY_VERSION } from "./version.ts";
import { workspaceOf } from "./workspace.ts";

/** What exists only once the state folder is open. */
export interface Core {
  readonly state: StateFolder;
  readonly agents: Agents;
  readonly authenticator: Authenticator;
}

/** Addresses to listen on that answer whoever finds our claim and asks on 127.0.0.1 whether we live. */
const ASKED: readonly string[] = ["127.0.0.1", "0.0.0.0"];

/** Claims the state and builds what works on it. @throws {GatewayError} STATE_IN_USE, STATE_UNUSABLE */
export async function openCore(
  { options, loaded, address, instanceId, logger }: AssemblyOptions,
  policy: () => AuthPolicy,
  reload: ReloadEngine,
): Promise<Core> {
  const now = options.now ?? Date.now;
  const { port, hosts } = address();
  const isAskable = !options.server && hosts.some((host) => ASKED.includes(host));
  const state = await openStateFolder({
    loaded,
    port: options.server ? 0 : port,
    isAskable,
    instanceId,
    now,
    logger,
  });
  const agents = createAgents({
    store: state.store.agents,
    config: () => reload.inForce.config,
    get env() {
      return reload.inForce.env;
    },
    workspaceDir: () => workspaceOf(reload.inForce, loaded),
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
