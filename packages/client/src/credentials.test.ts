import { describe, expect, test, vi } from "vitest";

import { createClient, type Secrets } from "./index.ts";
import { connectNode, openNodeSocket } from "./node.ts";
import { startScriptedGateway } from "./testing/index.ts";

describe("credentials from a function", () => {
  test("are asked for once more when they are refused, and the new ones are shown", async () => {
    await using gateway = await startScriptedGateway({ token: "right" });
    const answers: Secrets[] = [{ token: "old" }, { token: "right" }];
    const auth = vi.fn(async () => answers.shift() ?? {});
    const client = await connectNode({ url: gateway.url, auth });
    expect(gateway.connects.map((connect) => connect.auth)).toEqual([{ token: "old" }, { token: "right" }]);
    expect(auth).toHaveBeenCalledTimes(2);
    await client.close();
  });

  test("that stay the same are not shown twice", async () => {
    await using gateway = await startScriptedGateway({ token: "right" });
    await expect(connectNode({ url: gateway.url, auth: () => ({ token: "wrong" }) })).rejects.toMatchObject({
      code: "unauthorized",
    });
    expect(gateway.connects).toHaveLength(1);
  });

  test("are asked for anew when a lost connection comes back", async () => {
    await using gateway = await startScriptedGateway();
    let count = 0;
    const client = createClient({
      url: gateway.url,
      openSocket: openNodeSocket,
      auth: () => ({ token: `token-${(count += 1)}` }),
      reconnect: { baseMs: 1 },
    });
    await client.connect();
    gateway.peers[0]?.close(4001, "gateway auth changed");
    await vi.waitFor(() => expect(gateway.connects).toHaveLength(2));
    await client.connect();
    expect(gateway.connects.map((connect) => connect.auth?.token)).toEqual(["token-1", "token-2"]);
    await client.close();
  });
});
