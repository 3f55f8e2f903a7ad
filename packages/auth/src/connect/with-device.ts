import { visitOf } from "../credentials/device-credential.ts";
import {
  type GatewayCredential,
  isOwnerSecret,
  type RightCredential,
} from "../credentials/gateway-credential.ts";
import { judgeCredentials } from "../credentials/judge-credentials.ts";
import { type ProvenDevice, verifyDeviceProof } from "../devices/device-proof.ts";
import type { DeviceRegistry } from "../devices/device-registry.ts";
import type { Grant, IssuedDeviceToken, Principal } from "../grant.ts";
import { ALL_OPERATOR_SCOPES, narrowScopes } from "../scopes.ts";
import type { ConnectCase } from "./case.ts";
import { isControlUi, isLocalBackend } from "./client-class.ts";
import type { Admission, Judgement } from "./judgement.ts";
import { refuseCredentials, refuseProof, refuseUnapproved } from "./refusals.ts";

/** What a proven device brought, and the registry that knows it. */
interface DeviceArrival {
  readonly judged: ConnectCase;
  readonly device: ProvenDevice;
  readonly registry: DeviceRegistry;
}

/**
 * Decides about a client that shows a device: first the proof, then the credentials, then the pairing. A wrong
 * secret behind a broken proof is never reported, so a broken proof tells nothing about the secret.
 */
export async function admitWithDevice(
  judged: ConnectCase,
  gateway: GatewayCredential,
  registry: DeviceRegistry,
): Promise<Judgement> {
  const { attempt, role, now } = judged;
  const { params, nonce } = attempt;
  // The caller came here because there is a device block; an absent one proves nothing either way.
  if (params.device === undefined) return refuseProof(judged, "device-id-mismatch");
  const proof = verifyDeviceProof({ params, device: params.device, role, nonce, now });
  if (!proof.ok) return refuseProof(judged, proof.reason);
  const arrival: DeviceArrival = { judged, device: proof.device, registry };
  const verdict = await judgeCredentials(judged, { gateway, device: proof.device }, registry);
  if (!verdict.ok) return refuseCredentials(judged, verdict.refusal);
  if (verdict.by === "gateway") return admitByGateway(arrival, verdict.credential);
  return admit(arrival, { method: "device-token", held: verdict.issued.scopes, issued: verdict.issued });
}

async function admitByGateway(arrival: DeviceArrival, credential: RightCredential): Promise<Judgement> {
  const { judged, device, registry } = arrival;
  const { method, granted } = credential;
  if (granted !== undefined) return admitByNamedToken(arrival, { ...credential, granted });
  if (isExemptFromPairing(judged, credential)) {
    const issued = await registry.greet(visitOf(judged, device));
    return admit(arrival, { method, held: ALL_OPERATOR_SCOPES, issued });
  }
  return enrol(arrival, credential);
}

/**
 * Operators need no device then, and one that is shown changes nothing: what the token may do is written down. A node
 * is a device, so it also has to be paired; whoever holds a named token is not the owner, so never silently.
 */
async function admitByNamedToken(
  arrival: DeviceArrival,
  credential: RightCredential & { readonly granted: readonly string[] },
): Promise<Judgement> {
  const { role, asked } = arrival.judged;
  const { granted: held, method, principal } = credential;
  if (role === "operator") return admit(arrival, { method, held, principal, issued: undefined });
  const judged = { ...arrival.judged, asked: narrowScopes(asked, { role, held }) };
  return enrol({ ...arrival, judged }, credential);
}

async function enrol(arrival: DeviceArrival, credential: RightCredential): Promise<Judgement> {
  const { judged, device, registry } = arrival;
  const { method, granted, principal } = credential;
  const enrolment = await registry.enrol(visitOf(judged, device), {
    isSilent: granted === undefined && mayPairSilently(judged, credential),
    lockedForMs: () => judged.budget.lockedForMs("pairing"),
  });
  switch (enrolment.status) {
    case "paired": {
      const { issued, resolved } = enrolment;
      const admission = { method, held: issued.scopes, issued };
      const verdict = admit(arrival, granted === undefined ? admission : { ...admission, principal });
      return resolved
        ? { ...verdict, effects: [{ type: "device.pair.resolved", payload: resolved }] }
        : verdict;
    }
    case "waiting":
      if (enrolment.isNew) judged.budget.fail("pairing");
      return refuseUnapproved(judged, enrolment);
    case "crowded":
      return refuseCredentials(judged, { reason: "rate_limited", retryAfterMs: enrolment.retryAfterMs });
    default:
      return enrolment satisfies never;
  }
}

/** Operators whose authority does not come from the device: it is known then, but needs no approval. */
function isExemptFromPairing(judged: ConnectCase, credential: RightCredential): boolean {
  const { role, client, dialect, peer, isBrowser } = judged;
  if (role !== "operator") return false;
  if (credential.method === "trusted-proxy") return isControlUi(client);
  if (isBrowser) return false;
  if (dialect === 3) return isOwnerSecret(credential);
  return peer.isLocal && isLocalBackend(client);
}

/** The owner himself, at his own machine; a page only when this gateway served it and it knows the secret (T-PAIR-11). */
function mayPairSilently(
  { peer, isBrowser, isOwnOrigin }: ConnectCase,
  credential: RightCredential,
): boolean {
  return peer.isLocal && (!isBrowser || (isOwnOrigin && isOwnerSecret(credential)));
}

function admit(
  { judged, device }: DeviceArrival,
  admission: {
    readonly method: Grant["method"];
    /** What the credential is worth. */
    readonly held: readonly string[];
    readonly issued: IssuedDeviceToken | undefined;
    /** @default the device */
    readonly principal?: Principal;
  },
): Admission {
  const { role, asked, peer } = judged;
  const { method, held, issued, principal = { kind: "device", id: device.deviceId } } = admission;
  const grant: Grant = {
    principal,
    role,
    scopes: narrowScopes(asked, { role, held }),
    method,
    deviceId: device.deviceId,
    isLocal: peer.isLocal,
    ...(issued && { issued }),
  };
  return { ok: true, grant, effects: [] };
}
