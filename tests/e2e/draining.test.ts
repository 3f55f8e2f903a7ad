import { RpcError } from "@openclaw/client";
import { expect, test } from "vitest";

import { connect, startEmbedded } from "../support/embedded.ts";

test("a gateway that goes down refuses new runs on live connections, and says when to come back", async () => {
  await using own = await startEmbedded();
  const client = await connect(own.address.url);
  const chat = (idempotencyKey: string, message: string) =>
    client.request("chat.send", { sessionKey: "main", message, idempotencyKey });
  await chat("first", "@wait 60000");
  // The first run keeps the connections until it is cut short below.
  const closed = own.gateway.close({ graceMs: 60_000 });
  const refused: unknown = await chat("second", "hello").catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(RpcError);
  expect(refused).toMatchObject({
    code: "UNAVAILABLE",
    message: expect.stringContaining("gateway is shutting down"),
    retryable: true,
    retryAfterMs: 1000,
    details: { method: "chat.send", reason: "gateway-restarting", phase: "draining" },
  });
  await client.request("chat.abort", { sessionKey: "main" });
  await closed;
  await client.close();
});
