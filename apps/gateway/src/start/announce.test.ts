import { describe, expect, test } from "vitest";
import { listeningLine, welcomeLines } from "./announce.ts";

const address = {
  port: 19001,
  hosts: ["127.0.0.1", "::1"],
  url: "ws://127.0.0.1:19001",
  httpUrl: "http://127.0.0.1:19001",
};

describe("listeningLine", () => {
  test("names every address and the process", () => {
    expect(listeningLine(address, 42)).toBe("listening on ws://127.0.0.1:19001, ws://[::1]:19001 (PID 42)");
  });
});

describe("welcomeLines", () => {
  const configPath = "/home/me/.openclaw-dev/openclaw.json";

  test("gives a first user the addresses, the place of the token and three commands", () => {
    const lines = welcomeLines({ address, configPath, profile: "dev", hasCompletions: true });
    expect(lines).toEqual([
      "",
      "WebSocket: ws://127.0.0.1:19001",
      "HTTP:      http://127.0.0.1:19001",
      `Token: gateway.auth.token in ${configPath}`,
      "",
      "Try next, in another terminal:",
      "  openclaw --dev gateway status",
      '  openclaw --dev agent -m "Hello"',
      "  curl -s http://127.0.0.1:19001/v1/chat/completions" +
        ' -H "Authorization: Bearer $(openclaw --dev config get gateway.auth.token --reveal)"' +
        ' -H "Content-Type: application/json"' +
        ` -d '{"model":"openclaw","messages":[{"role":"user","content":"Hello"}]}'`,
      "",
    ]);
  });

  test("names the command as it can be typed after npm start", () => {
    const lines = welcomeLines({
      address,
      configPath,
      profile: "dev",
      hasCompletions: true,
      isNpmScript: true,
    });
    expect(lines).toContain("  npx openclaw --dev gateway status");
  });

  test("offers no request that would be answered with 404", () => {
    const lines = welcomeLines({ address, configPath, profile: undefined, hasCompletions: false });
    expect(lines).toContain("  curl -s http://127.0.0.1:19001/healthz");
    expect(lines).toContain("  openclaw gateway status");
  });
});
