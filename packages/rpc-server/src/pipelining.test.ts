import { describe, expect, it, onTestFinished } from "vitest";
import type { MethodHandlers } from "./methods.ts";
import { startTestServer } from "./testing/test-server.ts";
import type { WireClient } from "./testing/wire-client.ts";

async function start(methods: MethodHandlers) {
  const server = await startTestServer({ methods });
  onTestFinished(server.close);
  return server;
}

/** Writes frames so that they arrive in one piece. */
function sendTogether(
  { socket }: WireClient,
  frames: readonly object[],
  last?: (socket: WireClient["socket"]) => void,
): void {
  // Safe: the raw socket below the client holds writes back until it is uncorked.
  const { _socket: raw } = socket as unknown as { readonly _socket: { cork(): void; uncork(): void } };
  raw.cork();
  for (const frame of frames) socket.send(JSON.stringify(frame));
  last?.(socket);
  raw.uncork();
}

const request = (id: string, method: string) => ({ type: "req", id, method, params: {} });

describe("frames that arrive together", () => {
  it("find done what the frame before them did without waiting for anything outside", async () => {
    const steps: string[] = [];
    const { client } = await start({
      status: async () => {
        await Promise.resolve();
        await Promise.resolve();
        steps.push("first done");
        return {} as never;
      },
      health: () => {
        steps.push("second begins");
        return {} as never;
      },
    });
    const connected = await client();
    sendTogether(connected, [request("a", "status"), request("b", "health")]);
    await connected.next(({ id }) => id === "b");
    expect(steps).toEqual(["first done", "second begins"]);
  });

  it("are all handled when the last of them is the client's close", async () => {
    const begun: string[] = [];
    const server = await start({ status: () => (begun.push("status"), {} as never) });
    const connected = await server.client();
    const gone = new Promise((resolve) => connected.socket.once("close", resolve));
    sendTogether(
      connected,
      [request("a", "status"), request("b", "status"), request("c", "status")],
      (socket) => socket.close(),
    );
    await gone;
    expect(begun).toHaveLength(3);
  });

  it("T-DOS-10 let everything else have its turn between them", async () => {
    const order: string[] = [];
    const { client } = await start({
      status: () => {
        if (order.length === 0) setImmediate(() => order.push("everything else"));
        order.push("frame");
        return {} as never;
      },
    });
    const flooding = await client();
    sendTogether(
      flooding,
      Array.from({ length: 500 }, (_, index) => request(`f${index}`, "status")),
    );
    await flooding.next(({ id }) => id === "f499");
    expect(order.indexOf("everything else")).toBeLessThan(10);
    expect(order).toContain("everything else");
  });
});
