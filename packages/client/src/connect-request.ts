import type { ClientId, ClientMode, ConnectChallenge, ConnectParams, Role } from "@openclaw/protocol";
import { deviceAuthPayload, LIMITS, signedToken, type Dialect } from "@openclaw/protocol/wire";

import type { DeviceIdentity } from "./identity.ts";

/** The program that connects, as operators see it in presence lists. */
export interface ClientInfo {
  readonly id: ClientId;
  readonly mode: ClientMode;
  readonly version: string;
  /** Operating system in free text, e.g. `linux`. */
  readonly platform: string;
  readonly displayName?: string;
  readonly deviceFamily?: string;
  readonly instanceId?: string;
}

/** What a node says about itself, so that it can be asked for something; operators approve the commands. */
export interface NodeClaims {
  /** Commands it can be asked for. @default none */
  readonly commands?: readonly string[] | undefined;
  /** What its user lets it do, by name. @default nothing said */
  readonly permissions?: Readonly<Record<string, boolean>> | undefined;
  /** Where it looks for programs. @default nothing said */
  readonly pathEnv?: string | undefined;
}

/** Everything about the connecting side that goes into `connect`. */
export interface ConnectIntent extends NodeClaims {
  readonly client: ClientInfo;
  readonly role: Role;
  readonly scopes: readonly string[];
  readonly caps: readonly string[];
  readonly minProtocol: Dialect;
  readonly maxProtocol: Dialect;
  readonly auth: { readonly token?: string; readonly password?: string; readonly deviceToken?: string };
  readonly identity?: DeviceIdentity | undefined;
}

/**
 * Builds the params of `connect` for one challenge. The offered range decides the signature: with 3..4 the gateway's
 * dialect is not known yet, so only fields and the payload version of protocol 3 are used, which both accept.
 *
 * Docs: protocol.md#connect-params
 */
export async function buildConnect(
  intent: ConnectIntent,
  challenge: ConnectChallenge,
  nowMs: number,
): Promise<ConnectParams> {
  const { client, role, scopes, caps, commands, permissions, pathEnv, auth } = intent;
  return {
    minProtocol: intent.minProtocol,
    maxProtocol: intent.maxProtocol,
    client: { ...client },
    role,
    scopes: [...scopes],
    caps: [...caps],
    ...(commands && { commands: [...commands] }),
    ...(permissions && { permissions: { ...permissions } }),
    ...(pathEnv !== undefined && { pathEnv }),
    ...(Object.keys(auth).length > 0 && { auth: { ...auth } }),
    ...(intent.identity && { device: await proveDevice(intent, intent.identity, { challenge, nowMs }) }),
  };
}

async function proveDevice(
  { client, role, scopes, auth, minProtocol }: ConnectIntent,
  identity: DeviceIdentity,
  { challenge, nowMs }: { challenge: ConnectChallenge; nowMs: number },
): Promise<NonNullable<ConnectParams["device"]>> {
  // A clock that is wrong by more than the allowance would be refused: then the gateway's own time is of no use either.
  const isNear = Math.abs(challenge.ts - nowMs) <= LIMITS.deviceClockSkewMs;
  const signedAt = isNear ? challenge.ts : nowMs;
  const payload = deviceAuthPayload({
    version: minProtocol === 4 ? "v3" : "v2",
    deviceId: identity.deviceId,
    clientId: client.id,
    clientMode: client.mode,
    role,
    scopes,
    signedAtMs: signedAt,
    token: signedToken(auth),
    nonce: challenge.nonce,
    platform: client.platform,
    deviceFamily: client.deviceFamily,
  });
  const signature = await identity.sign(payload);
  return {
    id: identity.deviceId,
    publicKey: identity.publicKey,
    signature,
    signedAt,
    nonce: challenge.nonce,
  };
}
