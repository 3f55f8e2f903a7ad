import { readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort, type GatewayProcess, kill, root, TemporaryUser } from "../../support/gateway-process.ts";
import { connectParams, RawSocket } from "../../support/raw-socket.ts";

const page = readFileSync(join(root, "docs/runbook.md"), "utf8");

/** Names in code marks on the line of the page that begins so. */
function namesAfter(beginning: string): string[] {
  const line = page.split("\n").find((each) => each.startsWith(beginning)) ?? "";
  return [...line.slice(beginning.length).matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
}

type Frame = Record<string, unknown>;
const record = (value: unknown) => value as Frame;
const isEvent = (name: string) => (frame: Frame) => frame["event"] === name;
const isAnswer = (id: string, status: string) => (frame: Frame) =>
  frame["id"] === id && record(frame["payload"] ?? {})["status"] === status;

describe("what the runbook says of the protocol and guarantees", () => {
  let user: TemporaryUser;
  let gateway: GatewayProcess;

  beforeAll(async () => {
    user = await TemporaryUser.create();
    gateway = await user.startGateway();
  });
  afterAll(() => user?.[Symbol.asyncDispose]());

  async function connect() {
    const socket = await RawSocket.open(gateway.url);
    const hello = record((await socket.connect(connectParams(gateway.token)))["payload"]);
    return { socket, hello };
  }

  test("`connect` is answered with hello-ok, its snapshot and limits", async () => {
    const { socket, hello } = await connect();
    const fields = namesAfter("- The gateway answers `hello-ok` with a snapshot:");
    expect(fields).toEqual(["presence", "health", "stateVersion", "uptimeMs"]);
    expect(hello["type"]).toBe("hello-ok");
    for (const field of fields) expect(hello["snapshot"]).toHaveProperty(field);
    expect(hello["policy"]).toMatchObject({ maxPayload: expect.any(Number) });
    socket.close();
  });

  test("every event the page names is one the gateway emits, but for the one it says is not sent yet", async () => {
    const { socket, hello } = await connect();
    const events = namesAfter("- Events come by themselves:");
    expect(events).toHaveLength(8);
    const offered = record(hello["features"])["events"] as string[];
    // Nothing beats yet; the page says so.
    expect(events.filter((event) => !offered.includes(event))).toEqual(["heartbeat"]);
    expect(page).toContain("`heartbeat` is not sent yet");
    socket.close();
  });

  test("a run is accepted at once, streams its events, and ends with a second answer", async () => {
    const { socket } = await connect();
    socket.send({
      type: "req",
      id: "run",
      method: "agent",
      params: { message: "hello", idempotencyKey: "run-1" },
    });
    await socket.frame(isAnswer("run", "ok"));
    const kinds = socket.frames.flatMap((frame) => {
      if (frame["id"] === "run") return [String(record(frame["payload"])["status"])];
      return isEvent("agent")(frame) ? ["agent"] : [];
    });
    expect(kinds[0]).toBe("accepted");
    expect(kinds.at(-1)).toBe("ok");
    expect(kinds.filter((kind) => kind === "agent").length).toBeGreaterThan(1);
    socket.close();
  });

  test("after a gap, `health` and `system-presence` tell the state anew", async () => {
    const { socket } = await connect();
    for (const method of ["health", "system-presence"])
      expect(await socket.request(method, method)).toMatchObject({ ok: true });
    socket.close();
  });

  test.each([
    ["a first frame that is not `connect`", { type: "req", id: "1", method: "health", params: {} }, 1008],
    ["a message that is no JSON", "{nonsense", 1000],
    ["a message that is no frame", { hello: "there" }, 1008],
  ])("%s is refused and the socket closed", async (_what, frame, code) => {
    const socket = await RawSocket.open(gateway.url);
    socket.send(frame);
    expect(await socket.closed).toMatchObject({ code });
    expect(socket.frames.filter((each) => each["ok"] === true)).toEqual([]);
  });

  test("a gateway that stops says `shutdown` before it closes a socket", async () => {
    const { socket } = await connect();
    expect(await kill(gateway.child, "SIGTERM")).toBe(0);
    expect(await socket.closed).toMatchObject({ code: 1012 });
    expect(socket.frames.at(-1)).toMatchObject({ type: "event", event: "shutdown" });
  });

  test("without a gateway a client fails, and nothing is done behind its back", async () => {
    await using other = await TemporaryUser.create();
    const env = { OPENCLAW_GATEWAY_PORT: String(await freePort()) };
    const { code, stdout, stderr } = await other.openclaw(["agent", "--message", "hello"], { env });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("gateway closed (1006");
    const left = await readdir(other.home, { recursive: true });
    expect(left.filter((path) => /sqlite|session|transcript/.test(path))).toEqual([]);
  });
});
