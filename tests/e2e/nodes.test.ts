import { spawn } from "node:child_process";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  collect,
  type GatewayProcess,
  kill,
  root,
  TemporaryUser,
  waitFor,
} from "../support/gateway-process.ts";
import { connect } from "../support/embedded.ts";

const HOST = join(root, "examples/node-host/main.js");

let user: TemporaryUser;
let gateway: GatewayProcess;
beforeEach(async () => {
  user = await TemporaryUser.create();
  gateway = await user.startGateway();
});
afterEach(() => user[Symbol.asyncDispose]());

/** Types `openclaw --dev nodes …`. */
const nodes = (...words: readonly string[]) =>
  user.openclaw(["--dev", "nodes", ...words], { env: { OPENCLAW_GATEWAY_PORT: String(gateway.port) } });
const json = async <T = Record<string, unknown>>(...words: readonly string[]) =>
  JSON.parse((await nodes(...words, "--json")).stdout) as T;

/** Starts the example node. */
function host() {
  const env = {
    PATH: process.env["PATH"],
    URL: gateway.url,
    TOKEN: gateway.token,
    STATE: join(user.home, "node"),
    NAME: "Box",
  };
  const child = spawn(process.execPath, [HOST], { env });
  return {
    child,
    output: collect(child),
    [Symbol.asyncDispose]: () => kill(child, "SIGKILL").then(() => {}),
  };
}

/** Approves what waits, once it does. */
async function approveAll(): Promise<void> {
  const pending = async () => json<{ requestId: string }[]>("pending");
  await expect.poll(async () => (await pending()).length, { timeout: 20_000 }).toBe(1);
  const [request] = await pending();
  expect(await nodes("approve", request?.requestId ?? "")).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^Approved Box \([0-9a-f]{64}\) for: system\.notify, system\.which\.\n$/),
  });
}

describe("the example node", { timeout: 60_000 }, () => {
  test("runs a command after approval, and its commands are shown as they are", async () => {
    await using machine = host();
    await waitFor(machine.output, /connected as node/);
    const which = [
      "--node",
      "Box",
      "--command",
      "system.which",
      "--params",
      '{"bins":["node","no-such-bin"]}',
    ];
    const early = await nodes("invoke", ...which);
    expect(early).toMatchObject({ code: 1, stdout: "" });
    expect(early.stderr).toContain('"system.which" is not approved for this node');
    await approveAll();
    expect(await json("status")).toMatchObject({
      nodes: [
        {
          displayName: "Box",
          connected: true,
          paired: true,
          commands: ["system.notify", "system.which"],
          approvalState: "approved",
        },
      ],
    });
    const { code, stdout } = await nodes("invoke", ...which);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ bins: { node: expect.stringContaining("/node") } });
    const notice = ["--command", "system.notify", "--params", '{"body":"hello there"}'];
    expect((await nodes("invoke", "--node", "box", ...notice)).code).toBe(0);
    await waitFor(machine.output, /Message: hello there/);
  });

  test("keeps its approval and its name over a restart of both", async () => {
    {
      await using machine = host();
      await waitFor(machine.output, /connected as node/);
      await approveAll();
      expect((await nodes("rename", "--node", "Box", "--name", "Cellar")).code).toBe(0);
    }
    await kill(gateway.child, "SIGTERM");
    gateway = await user.startGateway();
    await using machine = host();
    await waitFor(machine.output, /connected as node/);
    expect(await json("describe", "--node", "cellar")).toMatchObject({
      displayName: "Cellar",
      commands: ["system.notify", "system.which"],
    });
    expect(await json("pending")).toEqual([]);
  });

  test("is asked about anew when the configuration allows more of what it offers, without coming back", async () => {
    const deny = async (commands: readonly string[]) => {
      const words = ["config", "set", "gateway.nodes.denyCommands", JSON.stringify(commands)];
      const env = { OPENCLAW_GATEWAY_PORT: String(gateway.port) };
      expect((await user.openclaw(["--dev", ...words], { env })).stderr).toBe("");
    };
    const waiting = async () => (await json<{ requestId: string; commands: string[] }[]>("pending"))[0];
    await deny(["system.notify"]);
    await using machine = host();
    await waitFor(machine.output, /connected as node/);
    const asks = (...commands: string[]) =>
      expect.poll(waiting, { timeout: 20_000 }).toMatchObject({ commands });
    await asks("system.which");
    await nodes("approve", (await waiting())?.requestId ?? "");
    await deny([]);
    await asks("system.notify", "system.which");
    expect(await json("describe", "--node", "Box")).toMatchObject({ commands: ["system.which"] });
  });

  test("killed in the middle of an invoke, it gives the caller a clear error at once", async () => {
    await using machine = host();
    await waitFor(machine.output, /connected as node/);
    await approveAll();
    const operator = await connect(gateway.url, { auth: { token: gateway.token } });
    const { nodes: known } = await operator.request("node.list");
    // It takes the command without answering.
    machine.child.kill("SIGSTOP");
    const order = {
      nodeId: known[0]?.nodeId ?? "",
      command: "system.which",
      timeoutMs: 600_000,
      idempotencyKey: "k",
    };
    const asked = operator.request("node.invoke", order, { timeoutMs: Infinity });
    const refused = expect(asked).rejects.toMatchObject({
      code: "UNAVAILABLE",
      message: "Error: node disconnected (system.which)",
    });
    await operator.request("health");
    machine.child.kill("SIGKILL");
    await refused;
    const { nodes: left } = await operator.request("node.list");
    expect(left).toMatchObject([{ connected: false, commands: [] }]);
    await operator.close();
  });
});
