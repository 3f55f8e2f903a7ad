import type { AnsweredCall, ConnectionView } from "@openclaw/rpc-server";
import { describe, expect, test } from "vitest";
import { createTrafficLog, type TrafficLogStyle } from "./traffic-log.ts";

const A = "2f5a9e4c-0000-4000-8000-000000006c3f";
const B = "962edfec-0000-4000-8000-00000000d128";

function listen(style: TrafficLogStyle) {
  const lines: string[] = [];
  const write = (level: string) => (text: string) =>
    void lines.push(level === "info" ? text : `${level}: ${text}`);
  const logger = { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
  return { lines, traffic: createTrafficLog({ style, logger, now: () => 5_000 }) };
}

const answer = (more: Partial<AnsweredCall> = {}): AnsweredCall => ({
  connId: A,
  id: "r1",
  method: "health",
  ok: true,
  durationMs: 3.2,
  ...more,
});

const view: ConnectionView = {
  connId: A,
  dialect: 3,
  peer: { clientIp: "127.0.0.1", isLocal: true, isLoopbackPeer: true, proxyUnattributed: false },
  client: { id: "cli", version: "dev", mode: "cli", platform: "linux" },
  caps: new Set(),
  grant: { principal: { kind: "shared" }, role: "operator", scopes: [], method: "token", isLocal: true },
  connectedAt: 4_000,
};

const WELCOME = { methods: 91, events: 19, presence: 3, stateVersion: { presence: 2, health: 1 } };

describe("slow", () => {
  test("tells of answers that were refused or took 50 ms, and of nothing else", () => {
    const { lines, traffic } = listen("slow");
    traffic.answered(answer({ durationMs: 49.9 }));
    traffic.answered(answer({ durationMs: 50 }));
    const error = { code: "INVALID_REQUEST", message: "invalid logs.tail params: at root" };
    traffic.answered(answer({ id: B, method: "logs.tail", ok: false, durationMs: 1, error }));
    expect(lines).toEqual([
      "⇄ res ✓ health 50ms conn=2f5a9e4c…6c3f id=r1",
      "⇄ res ✗ logs.tail 1ms errorCode=INVALID_REQUEST errorMessage=invalid logs.tail params: at root " +
        "conn=2f5a9e4c…6c3f id=962edfec…d128",
    ]);
    expect([traffic.asked, traffic.sent, traffic.admitted, traffic.gone]).toEqual(Array(4).fill(undefined));
  });

  test("warns of a message that cannot be read", () => {
    const { lines, traffic } = listen("slow");
    traffic.broken(A);
    expect(lines).toEqual(["warn: ✗ parse-error error=the message is no JSON conn=2f5a9e4c…6c3f"]);
  });
});

describe("compact", () => {
  test("has one line for a call, and names the connection when it is another one", () => {
    const { lines, traffic } = listen("compact");
    traffic.admitted?.(view, WELCOME);
    traffic.asked?.(answer());
    traffic.answered(answer());
    traffic.answered(answer({ connId: B, id: "r2" }));
    traffic.answered(answer({ id: "r3" }));
    traffic.gone?.(view, { code: 1000, reason: "" });
    expect(lines).toEqual([
      "← open remoteAddr=127.0.0.1 conn=2f5a9e4c…6c3f",
      "← connect client=cli version=dev mode=cli clientId=cli platform=linux auth=token",
      "→ hello-ok methods=91 events=19 presence=3 stateVersion=2",
      "⇄ res ✓ health 3ms id=r1",
      "⇄ res ✓ health 3ms conn=962edfec…d128 id=r2",
      "⇄ res ✓ health 3ms conn=2f5a9e4c…6c3f id=r3",
      "→ close code=1000 durationMs=1000 handshake=connected lastFrameType=req lastFrameMethod=health lastFrameId=r1",
    ]);
  });

  test("sums a step of a run up", () => {
    const { lines, traffic } = listen("compact");
    const step = (stream: string, data: object) => ({
      event: "agent" as const,
      payload: { runId: B, agentId: "main", sessionKey: "agent:main:main", stream, seq: 7, data },
      clients: 2,
    });
    traffic.sent?.(step("assistant", { delta: "x".repeat(200) }));
    traffic.sent?.(step("tool", { phase: "start", name: "read", toolCallId: "c1", args: { path: "/etc" } }));
    traffic.sent?.(step("lifecycle", { phase: "end" }));
    const run = "→ event agent run=962edfec…d128 agent=main session=agent:main:main";
    expect(lines).toEqual([
      `${run} stream=assistant aseq=7 text=${"x".repeat(160)}… clients=2`,
      `${run} stream=tool aseq=7 tool=start:read call=c1 clients=2`,
      `${run} stream=lifecycle aseq=7 phase=end clients=2`,
    ]);
  });
});

describe("full", () => {
  test("has one line for each frame, each with its connection", () => {
    const { lines, traffic } = listen("full");
    traffic.asked?.(answer());
    traffic.answered(answer({ durationMs: 11 }));
    const stateVersion = { presence: 1, health: 3 };
    traffic.sent?.({ event: "health", payload: {}, clients: 1, seq: 1, stateVersion });
    traffic.sent?.({ event: "health", payload: {}, clients: 1, connId: A });
    traffic.broken(A);
    expect(lines).toEqual([
      "← req health conn=2f5a9e4c…6c3f id=r1",
      "→ res ✓ health 11ms conn=2f5a9e4c…6c3f id=r1",
      "→ event health seq=1 clients=1 presenceVersion=1 healthVersion=3",
      "→ event health conn=2f5a9e4c…6c3f",
      "→ parse-error error=the message is no JSON conn=2f5a9e4c…6c3f",
    ]);
  });

  test("cuts what a client may make long", () => {
    const { lines, traffic } = listen("full");
    traffic.asked?.(answer({ method: "m".repeat(1_000), id: "i".repeat(1_000) }));
    expect(lines).toEqual([`← req ${"m".repeat(240)}... conn=2f5a9e4c…6c3f id=iiiiiiiiiiii…iiii`]);
  });
});
