import type { Authenticator, AuthEffect, IssuedDeviceToken, Peer } from "@openclaw/auth";
import type { AuditLog, AuditNote } from "./audit-log.ts";
import { foldRefusals } from "./fold-refusals.ts";

export interface AuditedAuthenticatorOptions {
  readonly authenticator: Authenticator;
  readonly audit: AuditLog;
  /** The peer of an HTTP request. */
  readonly peerOf: (facts: Parameters<Authenticator["http"]>[0]) => Peer;
  /** Epoch ms. */
  readonly now: () => number;
}

/** Writes down who was turned away, and which devices asked to be let in. */
export function auditedAuthenticator(options: AuditedAuthenticatorOptions): Authenticator {
  const { authenticator, audit, peerOf, now } = options;
  const refused = foldRefusals((note) => audit.note(note), now);
  return {
    connect: async (attempt) => {
      const startedAt = now();
      const verdict = await authenticator.connect(attempt);
      const { peer, params } = attempt;
      const who = { actor: params.client.id, address: peer.clientIp };
      for (const effect of verdict.effects) audit.note({ ...who, ...pairingNote(effect) });
      // It is handed out on every visit; this one made it.
      const issued = verdict.ok ? verdict.grant.issued : undefined;
      if (issued !== undefined && issued.issuedAtMs >= startedAt)
        audit.note({ ...who, ...issueNote(attempt.params.device?.id, issued) });
      const code = verdict.ok ? undefined : codeOf(verdict.error.details);
      // A device that waits for its approval is no intruder; that it asked is noted above.
      if (!verdict.ok && code !== "PAIRING_REQUIRED")
        refused({ ...who, isLocked: code === "AUTH_RATE_LIMITED", detail: verdict.error.message });
      return verdict;
    },
    http: (facts) => {
      const verdict = authenticator.http(facts);
      if (!verdict.ok) {
        const isLockedOut = verdict.status === TOO_MANY;
        const address = peerOf(facts).clientIp;
        refused({ actor: "http", address, isLocked: isLockedOut, detail: verdict.message });
      }
      return verdict;
    },
    get devices() {
      return authenticator.devices;
    },
    close: () => authenticator.close(),
  };
}

const TOO_MANY = 429;

function pairingNote(effect: AuthEffect): Pick<AuditNote, "kind" | "outcome" | "target"> {
  const isRequest = effect.type === "device.pair.requested";
  const kind = isRequest ? "pair.requested" : (`pair.${effect.payload.decision}` as const);
  return { kind, outcome: "ok", target: effect.payload.deviceId };
}

function issueNote(
  deviceId: string | undefined,
  { role, scopes }: IssuedDeviceToken,
): Pick<AuditNote, "kind" | "outcome" | "target" | "detail"> {
  const target = deviceId === undefined ? {} : { target: deviceId };
  return { kind: "token.issued", outcome: "ok", ...target, detail: [role, ...scopes].join(",") };
}

function codeOf(details: unknown): unknown {
  return typeof details === "object" && details !== null && "code" in details ? details.code : undefined;
}
