import { randomUUID } from "node:crypto";
import { describeRequest, type AuthPolicy, type PeerFacts } from "@openclaw/auth";
import { LOOK_HEADER, type ProxyLook, type SeenRequest } from "@openclaw/protocol";

/** Looks that are kept at once; the oldest has to go for a newer one. */
const MOST_LOOKS = 8;
const LIFETIME_MS = 60_000;

/** Requests that an operator wants to see arrive. */
export interface ProxyLooks {
  /** Begins to look out for a request. */
  begin(): ProxyLook;
  /** Notices a request that somebody looks out for; any other is passed over. The first one counts. */
  notice(facts: PeerFacts): void;
  /** How it looked; undefined when it has not come. */
  seen(lookId: string): SeenRequest | undefined;
}

interface Look {
  readonly beganAt: number;
  readonly seen?: SeenRequest;
}

export interface ProxyLooksOptions {
  readonly policy: () => AuthPolicy;
  /** Epoch ms. */
  readonly now: () => number;
}

/** A request only says which look it belongs to: nobody learns anything by it but who began the look. */
export function createProxyLooks({ policy, now }: ProxyLooksOptions): ProxyLooks {
  const looks = new Map<string, Look>();
  const find = (lookId: string): Look | undefined => {
    const look = looks.get(lookId);
    return look === undefined || now() - look.beganAt > LIFETIME_MS ? undefined : look;
  };
  return {
    begin: () => {
      const [oldest] = looks.keys();
      if (looks.size >= MOST_LOOKS && oldest !== undefined) looks.delete(oldest);
      const lookId = randomUUID();
      looks.set(lookId, { beganAt: now() });
      return { lookId, header: LOOK_HEADER, expiresInMs: LIFETIME_MS };
    },
    notice: (facts) => {
      const lookId = facts.headers[LOOK_HEADER];
      if (typeof lookId !== "string") return;
      const look = find(lookId);
      if (look === undefined || look.seen !== undefined) return;
      looks.set(lookId, { ...look, seen: describeRequest(facts, policy()) });
    },
    seen: (lookId) => find(lookId)?.seen,
  };
}
