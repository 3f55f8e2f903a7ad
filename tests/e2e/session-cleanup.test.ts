import type { Client } from "@openclaw/client";
import { connectNode } from "@openclaw/client/node";
import { describe, expect, test } from "vitest";
import { freePort, type GatewayProcess, kill, TemporaryUser } from "../support/gateway-process.ts";

const dial = ({ url, token }: GatewayProcess) =>
  connectNode({
    url,
    auth: { token },
    scopes: ["operator.admin"],
    client: { id: "gateway-client", mode: "backend", version: "1", platform: "test" },
  });

/** Sessions with a message each, the first one used longest ago. */
async function fill(client: Client, keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    await client.request("sessions.patch", { key, label: key });
    await client.request("chat.inject", { sessionKey: key, message: `said in ${key}` });
  }
}

/** What was said in a session; undefined when there is none. */
async function said(client: Client, key: string): Promise<string | undefined> {
  const { previews } = await client.request("sessions.preview", { keys: [key] });
  return previews[0]?.items[0]?.text;
}

const keysOf = async (client: Client) =>
  (await client.request("sessions.list", {})).sessions.map(({ key }) => key).reverse();

const names = (count: number) => Array.from({ length: count }, (_, index) => `s${index}`);

describe("sessions cleanup", () => {
  test("keeps all that is to be kept when the gateway is killed in the middle of it", async () => {
    await using user = await TemporaryUser.create();
    const port = await freePort();
    const first = await user.startGateway({ port });
    await user.openclaw(["--dev", "config", "set", "session.maintenance.maxEntries", "100"]);
    const client = await dial(first);
    const keys = names(400);
    await fill(client, keys);
    await client.request("sessions.subscribe", {});
    let gone = 0;
    const ended = new Promise<void>((resolve) => {
      client.on("sessions.changed", ({ reason }) => {
        if (reason === "delete" && ++gone === 40) resolve(kill(first.child, "SIGKILL").then(() => undefined));
      });
    });
    await expect(client.request("sessions.cleanup", { enforce: true })).rejects.toThrow();
    await ended;
    await client.close().catch(() => {});

    const again = await dial(await user.startGateway({ port }));
    const left = await keysOf(again);
    const kept = keys.slice(-100).map((key) => `agent:dev:${key}`);
    expect(left.slice(-100)).toEqual(kept);
    for (const key of kept) expect(await said(again, key)).toBe(`said in ${key.slice("agent:dev:".length)}`);
    expect(left.length).toBeLessThan(400);
    expect(left.length).toBeGreaterThan(100);
    // What the first one did not come to, the next one does.
    const { removals, after } = await again.request("sessions.cleanup", { enforce: true });
    expect(removals).toHaveLength(left.length - 100);
    expect(await keysOf(again)).toEqual(kept);
    expect(after).toMatchObject({ sessions: 100, archives: 300 });
    await again.close();
  });

  test("goes by rules that were set while the gateway runs, and removes nothing while they only warn", async () => {
    await using user = await TemporaryUser.create();
    const gateway = await user.startGateway();
    const env = { OPENCLAW_GATEWAY_PORT: String(gateway.port) };
    const openclaw = async (...words: string[]) => (await user.openclaw(["--dev", ...words], { env })).stdout;
    const client = await dial(gateway);
    await fill(client, ["main", ...names(4)]);
    expect(await openclaw("sessions", "cleanup")).toContain("Nothing has to go.");
    await openclaw("config", "set", "session.maintenance.maxEntries", "2");
    const shown = await openclaw("sessions", "cleanup", "--active-key", "s1");
    expect(shown).toMatch(/agent:dev:s0 +│ session │ just now │ \d+ bytes │ too many/);
    expect(shown).not.toMatch(/s1|agent:dev:main/);
    expect(shown).toContain("Next: openclaw --dev sessions cleanup --enforce");
    expect(await keysOf(client)).toHaveLength(5);
    await openclaw("config", "set", "session.maintenance.mode", "enforce");
    expect(await openclaw("sessions", "cleanup", "--dry-run")).toContain("Would remove 2 sessions");
    expect(await keysOf(client)).toHaveLength(5);
    expect(await openclaw("sessions", "cleanup")).toContain(
      "Removed 2 sessions and 0 archives; transcripts kept as archives: 2.\nLeft: 3 sessions",
    );
    expect(await keysOf(client)).toEqual(["main", "s2", "s3"].map((key) => `agent:dev:${key}`));
    await client.close();
  });

  test("T-AZ-01 is for administrators", async () => {
    await using user = await TemporaryUser.create();
    const { url, token } = await user.startGateway();
    const writer = await connectNode({
      ...{ url, auth: { token }, scopes: ["operator.read", "operator.write"] },
      client: { id: "gateway-client", mode: "backend", version: "1", platform: "test" },
    });
    await expect(writer.request("sessions.cleanup", { dryRun: true })).rejects.toThrow(/operator\.admin/);
    await writer.close();
  });
});
