import { invalidRequest, isRole } from "@openclaw/protocol";
import type { ConnectAttempt } from "../authenticator.ts";
import { judgeGatewayCredential } from "../credentials/gateway-credential.ts";
import { tailnetIdentity, type TailnetWhois } from "../credentials/tailnet.ts";
import type { DeviceRegistry } from "../devices/device-registry.ts";
import type { ClientBudget } from "../limiter/client-budget.ts";
import { judgeBrowser } from "../peer/browser.ts";
import type { AuthPolicy } from "../policy.ts";
import { knownScopes } from "../scopes.ts";
import type { ConnectCase } from "./case.ts";
import { isWebClient } from "./client-class.ts";
import type { Judgement, Refusal } from "./judgement.ts";
import { refuse, refuseCredentials, refuseOrigin, refuseRole } from "./refusals.ts";
import { admitWithDevice } from "./with-device.ts";
import { admitWithoutDevice, isDeviceCheckOff } from "./without-device.ts";

/** What a judgement rests on besides the connect itself. */
export interface ConnectContext {
  readonly policy: AuthPolicy;
  readonly registry: DeviceRegistry;
  readonly budget: ClientBudget;
  readonly whois?: TailnetWhois | undefined;
  /** Epoch ms. */
  readonly now: number;
}

/**
 * Judges one connect. The order is part of the protocol: role, browser origin, device or its excuse, device proof,
 * credentials, pairing.
 *
 * Docs: protocol.md#handshake
 */
export async function judgeConnect(attempt: ConnectAttempt, context: ConnectContext): Promise<Judgement> {
  const opened = openCase(attempt, context);
  if ("ok" in opened) return opened;
  if (opened.peer.proxyUnattributed)
    return refuseCredentials(opened, { reason: "proxy_attribution_required" });
  // Nobody issues such tokens here, and one that cannot be verified must not be ignored.
  if (opened.auth.agentRuntimeIdentityToken)
    return refuse(invalidRequest("invalid agent runtime identity token"));
  const tailnet = await tailnetIdentity(attempt, context.policy, context.whois);
  // Only a confirmed one tells `tailscale serve` from a proxy nobody listed, so no credential makes up for it.
  if (opened.peer.isServed && !tailnet?.ok)
    return refuseCredentials(opened, { reason: tailnet?.reason ?? "proxy_attribution_required" });
  const gateway = judgeGatewayCredential(opened, tailnet);
  if (attempt.params.device === undefined || isDeviceCheckOff(opened, gateway)) {
    return admitWithoutDevice(opened, gateway);
  }
  return admitWithDevice(opened, gateway, context.registry);
}

/** Role and origin: what must hold before anything else is looked at. */
function openCase(attempt: ConnectAttempt, context: ConnectContext): ConnectCase | Refusal {
  const { params, peer, dialect } = attempt;
  const role = params.role ?? "operator";
  if (!isRole(role)) return refuseRole();
  const browser = judgeBrowser(peer, context.policy);
  if (!browser.ok) return refuseOrigin({ dialect }, browser.reason);
  const isWeb = isWebClient(params.client);
  if (isWeb && !browser.isBrowser) return refuseOrigin({ dialect }, "origin not allowed");
  return {
    attempt,
    policy: context.policy,
    peer,
    client: params.client,
    auth: params.auth ?? {},
    dialect,
    role,
    asked: knownScopes(role, params.scopes),
    isBrowser: browser.isBrowser,
    isOwnOrigin: browser.isOwnOrigin,
    budget: context.budget,
    now: context.now,
  };
}
