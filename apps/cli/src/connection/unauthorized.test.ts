import { RpcError } from "@openclaw/client";
import { startScriptedGateway } from "@openclaw/client/testing";
import { describe, expect, test } from "vitest";

import { createTestHome, type ProcessFacts } from "../testing/command-line.ts";
import { configFor } from "../testing/gateway.ts";

/** What `health` tells to do next when the gateway refuses so. */
async function hint(reason: string, words: readonly string[] = [], facts: ProcessFacts = {}) {
  await using gateway = await startScriptedGateway({
    connect: () => {
      throw new RpcError("INVALID_REQUEST", `unauthorized: ${reason}`, {
        details: { code: "AUTH_TOKEN_MISMATCH" },
      });
    },
    methods: {},
  });
  await using home = await createTestHome();
  await home.configure(configFor(gateway.port));
  const { stdout } = await home.openclaw(["health", "--json", ...words], facts);
  return (JSON.parse(stdout) as { readonly error: { readonly hint: string } }).error.hint;
}

describe("a command whose credentials are refused says what to type", () => {
  const env = { OPENCLAW_GATEWAY_TOKEN: "another-token" };

  test("the variable of the shell that hides the configured token", async () => {
    expect(await hint("gateway token mismatch", [], { env })).toBe("unset OPENCLAW_GATEWAY_TOKEN");
  });

  test("nothing about a variable when it was not used", async () => {
    expect(await hint("gateway token mismatch", ["--token", "typed"], { env })).toBe(
      "leave --token and --password out, or give what this prints: openclaw config get gateway.auth.token --reveal",
    );
  });

  test("the doctor's name when the configuration's own is refused", async () => {
    expect(await hint("gateway token mismatch")).toBe("see what the gateway takes: openclaw doctor");
  });

  test("to wait while right credentials would be refused, too", async () => {
    expect(await hint("too many failed authentication attempts (retry later)", [], { env })).toBe(
      "wait, then see what it takes: openclaw doctor",
    );
  });
});
