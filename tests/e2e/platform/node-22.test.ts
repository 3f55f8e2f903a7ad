import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { startEmbedded, TOKEN } from "../../support/embedded.ts";
import { collect, kill, root, waitFor } from "../../support/gateway-process.ts";
import { TcpProxy } from "../../support/tcp-proxy.ts";

const PROGRAM = join(root, "tests/e2e/platform/program.mjs");

describe("the entry for any platform, in Node 22", () => {
  test("connects with the platform's own WebSocket, pairs, streams, comes back and ends", async ({
    skip,
  }) => {
    const node = await findNode22();
    if (node === undefined)
      return skip("Node 22 is not here and cannot be had: the package registry is out of reach");
    await using gateway = await startEmbedded();
    await using network = await TcpProxy.start(gateway.address.port);
    const env = { PATH: process.env["PATH"], URL: network.url, TOKEN };
    const child = spawn(node, [PROGRAM], { env, cwd: join(root, "tests") });
    const output = collect(child);
    try {
      await waitFor(output, /"ready":true/);
      network.cut();
      expect((await once(child, "exit"))[0]).toBe(0);
    } finally {
      await kill(child, "SIGKILL");
    }
    const told = output.text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as object);
    expect(told).toEqual([
      {
        wrong: {
          code: "unauthorized",
          closeCode: 1008,
          closeReason: expect.stringMatching(/^unauthorized: gateway token mismatch/),
        },
      },
      { nobody: { code: "unreachable", closeCode: 1006 } },
      { status: "connecting" },
      { status: "connected" },
      { protocol: 4, paired: expect.arrayContaining(["openclaw.device.identity"]) },
      { streamed: true },
      { ready: true },
      { status: "waiting" },
      { status: "connecting" },
      { status: "connected" },
      { health: true },
      { status: "closed" },
    ]);
  });
});

/** A Node of that line: this one, or one that npm fetches. */
async function findNode22(): Promise<string | undefined> {
  if (Number.parseInt(process.versions.node, 10) >= 22) return process.execPath;
  try {
    const flags = ["--yes", "--prefer-offline", "--fetch-retries=0"];
    const { stdout } = await promisify(execFile)("npx", [...flags, "node@22", "-p", "process.execPath"]);
    return stdout.trim();
  } catch (error) {
    const { stderr } = error as { readonly stderr?: unknown };
    if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ENOTCACHED/.test(String(stderr)))
      return undefined;
    throw error;
  }
}
