import type { PairedDevice } from "@openclaw/auth";
import type { RpcServer } from "@openclaw/rpc-server";
import type { Clients, GatewayContext } from "./context.ts";
import type { Late } from "./late.ts";
import type { StateFolder } from "./state-folder.ts";
import { gatewayIdentity, type GatewayIdentity } from "./state/gateway-identity.ts";
import { createSessionSubscriptions } from "./state/session-subscriptions.ts";
import { createVoiceWake } from "./state/voice-wake.ts";

/** What contexts hold beside the big parts. */
export type ContextParts = Pick<
  GatewayContext,
  "clients" | "subscriptions" | "voiceWake" | "heartbeats" | "identity" | "pairedDevices"
>;

/** Makes the small parts around what exists only later: the open state, the sockets. */
export function createContextParts(
  core: Late<{ readonly state: StateFolder }>,
  server: () => RpcServer,
): ContextParts {
  let identity: GatewayIdentity | undefined;
  const clients: Clients = {
    broadcast: (event, payload, options) => server().broadcast(event, payload, options),
    sendTo: (connId, event, payload) => server().sendTo(connId, event, payload),
    get connections() {
      return server().connections;
    },
  };
  return {
    clients,
    subscriptions: createSessionSubscriptions(),
    voiceWake: createVoiceWake(() => core.value.state.store.settings),
    heartbeats: { isOn: true },
    identity: () => (identity ??= gatewayIdentity(core.value.state.tokenKey)),
    pairedDevices: (): Promise<readonly PairedDevice[]> => core.value.state.store.devices.devices(),
  };
}
