import type { Authenticator, ConnectVerdict, HttpVerdict } from "../authenticator.ts";
import { createAuthenticator } from "../create-authenticator.ts";
import type { TailnetWhois } from "../credentials/tailnet.ts";
import type { DeviceStore } from "../devices/store.ts";
import type { PeerFacts } from "../peer/facts.ts";
import type { AuthPolicy } from "../policy.ts";
import { type AttemptOptions, connectAttempt, localFacts } from "./connect-attempt.ts";
import { createMemoryDeviceStore } from "./memory-device-store.ts";
import { TEST_TOKEN_KEY, testPolicy } from "./test-policy.ts";

/** An authenticator over memory, with a clock and a policy the test sets. */
export interface TestAuthenticator {
  readonly authenticator: Authenticator;
  readonly devices: DeviceStore;
  /** Epoch ms; starts at a fixed time and moves only when it is set. */
  now: number;
  /** Takes effect at the next decision. */
  policy: AuthPolicy;
  /** Messages of the log, without their fields. */
  readonly log: readonly string[];
  connect(options?: AttemptOptions): Promise<ConnectVerdict>;
  /** A request from this machine unless `facts` say otherwise. */
  http(headers?: PeerFacts["headers"], facts?: Partial<PeerFacts>): HttpVerdict;
}

const START_MS = 1_800_000_000_000;

/** Creates a {@link TestAuthenticator} with the policy of a fresh installation plus `changes`; without a tailnet unless given one. */
export function createTestAuthenticator(
  changes: Partial<AuthPolicy> = {},
  whois?: TailnetWhois,
): TestAuthenticator {
  const log: string[] = [];
  const write = (message: string) => void log.push(message);
  const devices = createMemoryDeviceStore();
  let requests = 0;
  const bench: TestAuthenticator = {
    now: START_MS,
    policy: testPolicy(changes),
    devices,
    log,
    authenticator: createAuthenticator({
      policy: () => bench.policy,
      devices,
      tokenKey: TEST_TOKEN_KEY,
      now: () => bench.now,
      ...(whois && { whois }),
      newId: () => `request-${(requests += 1)}`,
      logger: { debug: write, info: write, warn: write, error: write },
    }),
    connect: (options) =>
      bench.authenticator.connect(
        connectAttempt({ signedAtMs: bench.now, policy: bench.policy, ...options }),
      ),
    http: (headers, facts) => bench.authenticator.http({ ...localFacts(headers), ...facts }),
  };
  return bench;
}
