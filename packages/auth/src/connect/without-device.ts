import {
  type GatewayCredential,
  isOwnerSecret,
  type RightCredential,
} from "../credentials/gateway-credential.ts";
import { countGateway } from "../credentials/judge-credentials.ts";
import type { Grant } from "../grant.ts";
import { ALL_OPERATOR_SCOPES, narrowScopes } from "../scopes.ts";
import type { ConnectCase } from "./case.ts";
import { isCommandLine, isControlUi, isLocalBackend } from "./client-class.ts";
import type { Judgement } from "./judgement.ts";
import { refuseControlUiWithoutDevice, refuseCredentials, refuseWithoutDevice } from "./refusals.ts";

/** The operator switched the device check of the Control UI off, and the secret is right. */
export function isDeviceCheckOff({ client, policy }: ConnectCase, gateway: GatewayCredential): boolean {
  if (gateway.status !== "right" || !isOwnerSecret(gateway)) return false;
  return isControlUi(client) && policy.controlUi.dangerouslyDisableDeviceAuth;
}

/**
 * Decides about a client that shows no device. What it may do follows from facts the server checked itself; what it
 * says about itself can only take away from that (T-AUTH-03, T-AZ-04).
 *
 * Docs: protocol.md#local-clients
 */
export function admitWithoutDevice(judged: ConnectCase, gateway: GatewayCredential): Judgement {
  const { client, policy, peer, role, auth } = judged;
  const isVouchedFor =
    gateway.status === "right" && (gateway.method === "trusted-proxy" || gateway.method === "tailscale");
  if (isControlUi(client)) {
    if (isVouchedFor && role === "operator") return admit(judged, gateway, []);
    const mayTry =
      policy.controlUi.dangerouslyDisableDeviceAuth || (policy.controlUi.allowInsecureAuth && peer.isLocal);
    if (!mayTry) return refuseControlUiWithoutDevice();
  }
  countGateway(judged, gateway);
  if (gateway.status === "right") {
    const granted = role === "operator" ? localGrant(judged, gateway) : undefined;
    return granted === undefined ? refuseWithoutDevice() : admit(judged, gateway, granted);
  }
  // Decided by the verdict above, not by the presence of a field (T-AUTH-02): here it only picks the wording.
  if (!auth.token && !auth.password) return refuseWithoutDevice();
  if (gateway.status !== "locked") return refuseCredentials(judged, { reason: gateway.reason });
  return refuseCredentials(judged, { reason: "rate_limited", retryAfterMs: gateway.retryAfterMs });
}

/** What the verified facts are worth: `undefined` when they do not even admit the client. */
function localGrant(judged: ConnectCase, gateway: RightCredential): readonly string[] | undefined {
  const { client, dialect, peer, isBrowser } = judged;
  // The operator wrote down what this client may do, so neither address nor kind of client matters.
  if (gateway.granted !== undefined) return gateway.granted;
  const isLocalTool = dialect === 4 && peer.isLocal && !isBrowser;
  if (!isOwnerSecret(gateway)) {
    const isOpen = gateway.method === "none" && isLocalTool && isLocalBackend(client);
    return isOpen ? ALL_OPERATOR_SCOPES : undefined;
  }
  if (isDeviceCheckOff(judged, gateway)) return ALL_OPERATOR_SCOPES;
  return isLocalTool && (isCommandLine(client) || isLocalBackend(client)) ? ALL_OPERATOR_SCOPES : [];
}

function admit(judged: ConnectCase, gateway: RightCredential, granted: readonly string[]): Judgement {
  const { role, asked, peer } = judged;
  const grant: Grant = {
    principal: gateway.principal,
    role,
    scopes: narrowScopes(asked, { role, held: granted }),
    method: gateway.method,
    isLocal: peer.isLocal,
  };
  return { ok: true, grant, effects: [] };
}
