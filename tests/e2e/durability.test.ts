import { randomUUID } from "node:crypto";
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

/** The texts of a session, as role and text. */
async function texts(gateway: GatewayProcess, sessionKey: string): Promise<string[]> {
  const client = await dial(gateway);
  const { messages } = await client.request("chat.history", { sessionKey });
  await client.close();
  return messages.map(
    ({ role, content }) =>
      `${role}: ${typeof content === "string" ? content : content.map(({ text }) => text ?? "").join("")}`,
  );
}

describe("what was acknowledged survives kill -9", () => {
  test("question and answer are there once after a final ok, 20 times of 20", async () => {
    await using user = await TemporaryUser.create();
    const port = await freePort();
    let gateway = await user.startGateway({ port });
    for (let round = 0; round < 20; round++) {
      const client = await dial(gateway);
      const sessionKey = `round-${round}`;
      const run = client.run("agent", {
        message: `question ${round}`,
        sessionKey,
        idempotencyKey: randomUUID(),
      });
      expect(await run.final).toMatchObject({ status: "ok" });
      await kill(gateway.child, "SIGKILL");
      await client.close().catch(() => {});
      gateway = await user.startGateway({ port });
      const seen = await texts(gateway, sessionKey);
      expect(
        seen.filter((text) => text.startsWith("user:") && text.includes(`question ${round}`)),
      ).toHaveLength(1);
      expect(
        seen.filter((text) => text.startsWith("assistant:") && text.includes(`You said: question ${round}`)),
      ).toHaveLength(1);
    }
  });

  test("the user's text is there after the first ack of a fresh session, 10 times of 10", async () => {
    await using user = await TemporaryUser.create();
    const port = await freePort();
    let gateway = await user.startGateway({ port });
    for (let round = 0; round < 10; round++) {
      const client = await dial(gateway);
      const sessionKey = `fresh-${round}`;
      const message = `@delay 1000\n@words 50\nremember ${round}`;
      const ack = await client.request("chat.send", { sessionKey, message, idempotencyKey: randomUUID() });
      expect(ack).toMatchObject({ status: "started" });
      await kill(gateway.child, "SIGKILL");
      await client.close().catch(() => {});
      gateway = await user.startGateway({ port });
      const seen = await texts(gateway, sessionKey);
      expect(
        seen.filter((text) => text.startsWith("user:") && text.includes(`remember ${round}`)),
      ).toHaveLength(1);
    }
  });

  test("a run that was cut short is reported as an error after the restart and not run again", async () => {
    await using user = await TemporaryUser.create();
    const port = await freePort();
    const first = await user.startGateway({ port });
    const client = await dial(first);
    const runId = randomUUID();
    await client.request("chat.send", {
      sessionKey: "main",
      message: "@delay 1000\n@words 50",
      idempotencyKey: runId,
    });
    await kill(first.child, "SIGKILL");
    await client.close().catch(() => {});
    const second = await user.startGateway({ port });
    const again = await dial(second);
    expect(await again.request("agent.wait", { runId, timeoutMs: 0 })).toMatchObject({
      status: "error",
      error: expect.stringContaining("gateway restarted"),
    });
    expect(await texts(second, "main")).toHaveLength(1);
    await again.close();
  });
});
