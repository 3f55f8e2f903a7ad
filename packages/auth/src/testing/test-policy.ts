import { type AuthPolicy, DEFAULT_RATE_LIMIT } from "../policy.ts";

/** The token {@link testPolicy} expects. */
export const TEST_TOKEN = "test-gateway-token";

/** The password {@link testPolicy} expects in mode `password`. */
export const TEST_PASSWORD = "test-gateway-password";

/** A key to derive device tokens from. */
export const TEST_TOKEN_KEY: Uint8Array = new Uint8Array(32).fill(7);

/** The policy of a gateway as it is installed: token, loopback, port 18789. */
export function testPolicy(changes: Partial<AuthPolicy> = {}): AuthPolicy {
  return {
    mode: "token",
    token: TEST_TOKEN,
    password: TEST_PASSWORD,
    tokens: [],
    trustedProxies: [],
    allowRealIpFallback: false,
    allowTailscale: false,
    rateLimit: DEFAULT_RATE_LIMIT,
    controlUi: {
      allowedOrigins: [],
      dangerouslyAllowHostHeaderOriginFallback: false,
      allowInsecureAuth: false,
      dangerouslyDisableDeviceAuth: false,
      allowLoopbackOrigins: false,
    },
    port: 18_789,
    bindHosts: ["127.0.0.1", "::1"],
    ...changes,
  };
}
