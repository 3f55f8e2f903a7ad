import { describe, expect, test } from "vitest";

import { parseRecording } from "./load-recording.ts";

const nonce = "072c6c12-136e-468d-a58c-b7e6dcf88858";
const other = "172c6c12-136e-468d-a58c-b7e6dcf88858";

describe("parseRecording", () => {
  test("reads the format with steps beside the frame, connection by connection", () => {
    const { connections, order } = parseRecording("a", {
      description: "d",
      frames: [
        { conn: "x", dir: "out", frame: { type: "req", id: "1", method: "health" } },
        { conn: "x", dir: "in", close: { code: 1008, reason: "no" } },
        { conn: "y", dir: "out", raw: "not json" },
        { conn: "y", dir: "out", note: "something huge" },
        { conn: "y", dir: "in", close: { code: 1005, reason: "" } },
      ],
    });
    expect(order).toBeUndefined();
    expect(connections).toEqual([
      {
        name: "x",
        entries: [
          { kind: "send", frame: { type: "req", id: "1", method: "health" } },
          { kind: "closed", code: 1008, reason: "no" },
        ],
      },
      {
        name: "y",
        entries: [
          { kind: "send-raw", text: "not json" },
          { kind: "send-noted", note: "something huge" },
          { kind: "leave" },
        ],
      },
    ]);
  });

  test("reads the format with everything in the frame, in true order", () => {
    const { connections, order } = parseRecording("b", {
      frames: [
        { dir: ">", conn: 1, frame: { ws: "open", url: "/" } },
        { dir: ">", conn: 1, frame: { type: "req", id: "1", method: "health" } },
        { dir: "<", conn: 2, frame: { ws: "close", code: 1002, reason: "protocol mismatch" } },
        { dir: ">", conn: 1, frame: { ws: "close", code: 1005, reason: "" } },
      ],
    });
    expect(order).toEqual([
      { connection: "1", entry: 0 },
      { connection: "2", entry: 0 },
      { connection: "1", entry: 1 },
    ]);
    expect(connections.map(({ entries }) => entries.map(({ kind }) => kind))).toEqual([
      ["send", "leave"],
      ["closed"],
    ]);
  });

  test("replaces what belongs to the moment by placeholders, equal values by equal ones", () => {
    const { connections } = parseRecording("c", {
      frames: [
        {
          dir: "<",
          frame: { type: "event", event: "connect.challenge", payload: { nonce, ts: 1_795_348_160_029 } },
        },
        {
          dir: ">",
          frame: {
            method: "connect",
            params: {
              auth: { token: "REDACTED_TOKEN" },
              client: { version: "dev" },
              device: {
                id: "ab".repeat(32),
                publicKey: "REDACTED_PUBLIC_KEY",
                signedAt: 1_795_344_560_029,
                nonce,
              },
            },
          },
        },
        {
          dir: "<",
          frame: {
            payload: {
              connId: other,
              again: other,
              durationMs: 7,
              host: "gateway-host",
              version: "2026.9.6",
            },
          },
        },
      ],
    });
    expect(connections[0]?.entries.map((entry) => "frame" in entry && entry.frame)).toEqual([
      { type: "event", event: "connect.challenge", payload: { nonce: "<nonce>", ts: "<ms>" } },
      {
        method: "connect",
        params: {
          auth: { token: "<gatewayToken>" },
          client: { version: "dev" },
          device: { id: "<deviceId>", publicKey: "<publicKey>", signedAt: "<ms-3600000>", nonce: "<nonce>" },
        },
      },
      {
        payload: {
          connId: "<uuid>",
          again: "<uuid>",
          durationMs: "<int>",
          host: "<host>",
          version: "<version>",
        },
      },
    ]);
  });

  test("keeps ids the client chose, since the gateway echoes them", () => {
    const { connections } = parseRecording("d", {
      frames: [
        { dir: "out", frame: { params: { idempotencyKey: other } } },
        { dir: "in", frame: { payload: { runId: other, sessionId: nonce } } },
      ],
    });
    expect(connections[0]?.entries[1]).toEqual({
      kind: "receive",
      frame: { payload: { runId: other, sessionId: "<uuid>" } },
    });
  });
});
