import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { admitted, Attacker, client, errorOf, type Frame } from "./support/attacker.ts";
import { createDevice } from "./support/device.ts";
import { start, type StartedGateway } from "./support/gateway.ts";

const MIB = 1 << 20;

let running: StartedGateway;
let owner: Attacker;
beforeAll(async () => {
  running = await start();
  owner = await admitted(running.address.url);
});
afterAll(async () => {
  owner.end();
  await running[Symbol.asyncDispose]();
});

/** A device of its own: a principal of its own. */
async function someone(scopes = ["operator.read", "operator.write"]): Promise<Attacker> {
  const socket = await Attacker.open(running.address.url);
  const params = { client: client("openclaw-tui", "ui"), scopes };
  const answer = await socket.connect(createDevice().sign(socket, params));
  if (answer["ok"] !== true) throw new Error(JSON.stringify(answer));
  return socket;
}

const sessionCount = async () => (await owner.call("sessions.list"))["count"];

/** What users said in a session. */
async function said(sessionKey: string): Promise<string[]> {
  const { messages } = (await owner.call("chat.history", { sessionKey })) as { messages: readonly Frame[] };
  return messages.filter(({ role }) => role === "user").map(({ content }) => JSON.stringify(content));
}

/** Resolves when a run is over, for everybody. */
const finished = (runId: string) =>
  owner.frame(
    ({ event, payload }) =>
      event === "chat" && (payload as Frame)["runId"] === runId && (payload as Frame)["state"] !== "delta",
  );

describe("attachments", () => {
  const image = (content: string) => ({ mimeType: "image/png", content, fileName: "a.png" });
  const REFUSED: readonly (readonly [string, unknown, RegExp])[] = [
    ["20 MiB of base64", image("A".repeat(20 * MIB)), /exceeds size limit/],
    ["one byte too many", image(Buffer.alloc(5_000_003).toString("base64")), /exceeds size limit/],
    ["a letter outside the alphabet", image(`${"A".repeat(400)}!${"A".repeat(3)}`), /invalid base64/],
    ["base64url", image("ab-_"), /invalid base64/],
    ["line breaks", image("AAAA\nAAAA\nAAA"), /invalid base64/],
    ["a length no encoder makes", image("AAAAA"), /invalid base64/],
    ["padding in the middle", image("AA==AAAA"), /invalid base64/],
    ["nothing", image(""), /content must be a base64 string/],
    ["no text at all", { mimeType: "image/png", content: { length: 1 } }, /content must be a base64 string/],
    ["another kind of file", { mimeType: "text/html", content: "AAAA" }, /only images/],
  ];

  test.each(REFUSED)(
    "T-DOS-05 of %s are refused by their length and letters, and start nothing",
    async (_, attachment, reason) => {
      const before = await sessionCount();
      for (const method of ["chat.send", "agent"]) {
        const params = {
          sessionKey: "attached",
          message: "look",
          attachments: [attachment],
          idempotencyKey: `a-${method}`,
        };
        const error = errorOf(await owner.request(method, params));
        expect(error.code).toBe("INVALID_REQUEST");
        expect(error.message).toMatch(reason);
        expect(error.message.length).toBeLessThan(300);
      }
      expect(await sessionCount()).toBe(before);
    },
  );

  test("T-DOS-05 of 100 MB never come that far: the frame is closed with 1009", async () => {
    const socket = await admitted(running.address.url);
    const params = {
      sessionKey: "attached",
      message: "look",
      attachments: [image("A".repeat(100 * MIB))],
      idempotencyKey: "a",
    };
    socket.send({ type: "req", id: "1", method: "chat.send", params });
    expect((await socket.closed).code).toBe(1009);
  });

  test("T-DOS-05 of an allowed size are taken", async () => {
    const params = {
      sessionKey: "attached",
      message: "look",
      attachments: [image(Buffer.alloc(300_000).toString("base64"))],
    };
    expect(await owner.call("chat.send", { ...params, idempotencyKey: "fine" })).toMatchObject({
      status: "started",
    });
    await finished("fine");
  });
});

describe("idempotency keys", () => {
  test("T-DOS-07 of two devices are two keys: both messages are delivered", async () => {
    const [one, two] = [await someone(), await someone()];
    const send = (socket: Attacker, message: string) =>
      socket.call("chat.send", { sessionKey: `of-${message}`, message, idempotencyKey: "same-key" });
    expect(await send(one, "first")).toMatchObject({ status: "started" });
    expect(await send(two, "second")).toMatchObject({ status: "started" });
    await finished("same-key");
    await expect.poll(() => said("of-second")).toHaveLength(1);
    expect(await said("of-first")).toEqual([expect.stringContaining("first") as string]);
    expect(await said("of-second")).toEqual([expect.stringContaining("second") as string]);
    one.end();
    two.end();
  });

  test.each(["chat.send", "agent"])(
    "T-DOS-07 of one device mean one message of %s; with other params they are a conflict",
    async (method) => {
      const device = await someone();
      const params = { sessionKey: `once-${method}`, message: "once", idempotencyKey: `key-${method}` };
      const again = () => device.request(method, params);
      await again();
      await finished(params.idempotencyKey);
      for (let repeat = 0; repeat < 3; repeat += 1)
        expect(await again()).toMatchObject({ ok: true, payload: { runId: params.idempotencyKey } });
      for (const change of [{ message: "twice" }, { thinking: "high" }, { sessionKey: "elsewhere" }]) {
        const error = errorOf(await device.request(method, { ...params, ...change }));
        expect(error).toMatchObject({ code: "INVALID_REQUEST", details: { code: "IDEMPOTENCY_CONFLICT" } });
      }
      expect(await said(params.sessionKey)).toHaveLength(1);
      expect(await said("elsewhere")).toHaveLength(0);
      device.end();
    },
  );

  test("T-DOS-07 hold while the first run is still going", async () => {
    const device = await someone();
    const params = { sessionKey: "going", message: "@wait 60000", idempotencyKey: "going" };
    expect(await device.call("chat.send", params)).toMatchObject({ status: "started" });
    expect(await device.call("chat.send", params)).toMatchObject({ status: "in_flight" });
    expect(errorOf(await device.request("chat.send", { ...params, message: "other" })).details).toMatchObject(
      {
        code: "IDEMPOTENCY_CONFLICT",
      },
    );
    await device.call("chat.abort", { sessionKey: "going" });
    expect(await said("going")).toHaveLength(1);
    device.end();
  });

  test("T-DOS-08 a key of 256 characters is remembered, a longer one refused", async () => {
    const key = "k".repeat(256);
    const own = await someone();
    const send = (method: string, idempotencyKey: string) =>
      own.request(method, {
        ...(method === "sessions.send" ? { key: "keys" } : { sessionKey: "keys" }),
        message: "hi",
        idempotencyKey,
      });
    for (const method of ["chat.send", "agent", "sessions.send"])
      expect(errorOf(await send(method, `${key}k`)).message).toBe(
        `invalid ${method} params: at /idempotencyKey: must not have more than 256 characters`,
      );
    expect(await send("chat.send", key)).toMatchObject({ ok: true, payload: { runId: key } });
    await finished(key);
    expect(await send("chat.send", key)).toMatchObject({ ok: true, payload: { runId: key, status: "ok" } });
  });

  test("T-DOS-08 a flood of keys from one device does not make another's message be sent twice", async () => {
    const [flooder, victim] = [await someone(), await someone()];
    const params = { sessionKey: "victim", message: "pay once", idempotencyKey: "payment" };
    await victim.call("chat.send", params);
    await finished("payment");
    const waiting = { sessionKey: "victim-waits", message: "@wait 60000", idempotencyKey: "waiting" };
    await victim.call("chat.send", waiting);
    // More than one principal, and more than all of them together, are remembered for.
    const KEYS = 2_500;
    for (let batch = 0; batch < KEYS; batch += 50)
      await Promise.all(
        Array.from({ length: 50 }, async (_, index) => {
          const runId = `flood-${batch + index}`;
          const flood = { sessionKey: `flood-${index}`, message: "@silent", idempotencyKey: runId };
          await flooder.call("chat.send", flood);
          expect(await flooder.call("agent.wait", { runId })).toMatchObject({ status: "ok" });
        }),
      );
    expect(await victim.request("chat.send", params)).toMatchObject({
      ok: true,
      payload: { runId: "payment", status: "ok" },
    });
    expect(await victim.call("chat.send", waiting)).toMatchObject({ status: "in_flight" });
    expect(await said("victim")).toHaveLength(1);
    await victim.call("chat.abort", { sessionKey: "victim-waits" });
    flooder.end();
    victim.end();
  });
});
