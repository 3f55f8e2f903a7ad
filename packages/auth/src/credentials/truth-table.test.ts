import type { ConnectParams, Dialect } from "@openclaw/protocol";
import { describe, expect, test } from "vitest";
import { createTestAuthenticator, createTestDevice, TEST_TOKEN } from "../testing/index.ts";

// Every combination of credentials against the rules in words, for a paired device on this machine:
// the shared secret decides when it is right; else the device token (own field, else auth.token) decides;
// else the device token is named if it came in its own field, else the shared secret.

type Value = "none" | "secret" | "device" | "junk";
const VALUES: readonly Value[] = ["none", "secret", "device", "junk"];

interface Combination {
  readonly dialect: Dialect;
  readonly token: Value;
  readonly password: Value;
  readonly deviceToken: Value;
}

const COMBINATIONS: readonly Combination[] = ([3, 4] as const).flatMap((dialect) =>
  VALUES.flatMap((token) =>
    VALUES.flatMap((password) => VALUES.map((deviceToken) => ({ dialect, token, password, deviceToken }))),
  ),
);

function expected({ dialect, token, password, deviceToken }: Combination): string {
  const shared = dialect === 4 && token === "none" ? password : token;
  if (shared === "secret") return "token";
  const presented = deviceToken === "none" ? token : deviceToken;
  if (presented === "device") return "device-token";
  if (deviceToken !== "none") return "device_token_mismatch";
  return shared === "none" ? "token_missing" : "token_mismatch";
}

describe("credentials of a proven device", () => {
  test.each(COMBINATIONS)(
    "T-AUTH-21 dialect $dialect, token $token, password $password, deviceToken $deviceToken",
    async (combination) => {
      const bench = createTestAuthenticator();
      const device = createTestDevice();
      const client = { id: "openclaw-tui", mode: "ui", version: "1", platform: "linux" } as const;
      const pairing = await bench.connect({
        device,
        dialect: 4,
        params: { client, auth: { token: TEST_TOKEN } },
      });
      if (!pairing.ok) throw pairing.error;
      const live = pairing.grant.issued?.deviceToken ?? "";
      const texts: Record<Value, string | undefined> = {
        none: undefined,
        secret: TEST_TOKEN,
        device: live,
        junk: "junk",
      };
      const { dialect, token, password, deviceToken } = combination;
      const auth: ConnectParams["auth"] = {
        token: texts[token],
        password: texts[password],
        deviceToken: texts[deviceToken],
      };
      const verdict = await bench.connect({ device, dialect, params: { client, auth } });
      const outcome = verdict.ok ? verdict.grant.method : verdict.error.details;
      const wanted = expected(combination);
      if (verdict.ok) expect(outcome).toBe(wanted);
      else expect(outcome).toMatchObject({ authReason: wanted });
    },
  );
});

describe("credentials without a device", () => {
  const single = COMBINATIONS.filter(({ deviceToken }) => deviceToken === "none" || deviceToken === "junk");

  test.each(single)(
    "T-AUTH-02 T-AUTH-21 dialect $dialect, token $token, password $password, deviceToken $deviceToken",
    async ({ dialect, token, password, deviceToken }) => {
      const texts: Record<Value, string | undefined> = {
        none: undefined,
        secret: TEST_TOKEN,
        device: "of-no-device",
        junk: "junk",
      };
      const auth: ConnectParams["auth"] = {
        token: texts[token],
        password: texts[password],
        deviceToken: texts[deviceToken],
      };
      const verdict = await createTestAuthenticator().connect({ dialect, params: { auth } });
      const shared = dialect === 4 && token === "none" ? password : token;
      expect(verdict.ok).toBe(shared === "secret");
      if (verdict.ok) return;
      const code = (verdict.error.details as { code: string }).code;
      const isAsked = token !== "none" || password !== "none";
      const mismatch = shared === "none" ? "AUTH_TOKEN_MISSING" : "AUTH_TOKEN_MISMATCH";
      expect(code).toBe(isAsked ? mismatch : "DEVICE_IDENTITY_REQUIRED");
    },
  );
});
