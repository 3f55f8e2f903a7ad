import { describe, expect, test } from "vitest";
import { readPacket } from "../packets/read-packet.ts";
import { SERVICE_TYPE, serviceName } from "../packets/service-type.ts";
import { type OwnRecord, writeQuery, writeResponse } from "../packets/write-packet.ts";
import { asksForUs, contests } from "./hear.ts";
import { recordsOf } from "./service.ts";

const SERVICE = { instance: "OpenClaw a", host: "openclaw-a.local", port: 18_789, text: [] };
const OWN = { here: "192.168.7.20", everywhere: ["192.168.7.20", "10.0.0.20"] };

function read(bytes: Buffer) {
  const packet = readPacket(bytes);
  if (packet === undefined) throw new Error("a packet about gateways");
  return packet;
}

describe("contests", () => {
  const told = (records: OwnRecord[]) => contests(read(writeResponse(records)), SERVICE, OWN);
  const claimed = (records: OwnRecord[]) => contests(read(writeQuery([], records)), SERVICE, OWN);

  test("not when we hear ourselves, on any link", () => {
    expect(told(recordsOf(SERVICE, "192.168.7.20"))).toBe(false);
    expect(told(recordsOf(SERVICE, "10.0.0.20"))).toBe(false);
    expect(claimed(recordsOf(SERVICE, "10.0.0.20"))).toBe(false);
  });

  test("when somebody has our name for another place, or our host name for another address", () => {
    expect(told(recordsOf({ ...SERVICE, port: 1 }, "192.168.7.20"))).toBe(true);
    expect(told(recordsOf({ ...SERVICE, host: "openclaw-b.local" }, "192.168.7.9"))).toBe(true);
    expect(told(recordsOf(SERVICE, "192.168.7.9"))).toBe(true);
    expect(told(recordsOf({ ...SERVICE, instance: "openclaw A", port: 1 }, "192.168.7.9"))).toBe(true);
  });

  test("not when somebody has another name, or gives ours back", () => {
    expect(
      told(recordsOf({ ...SERVICE, instance: "OpenClaw b", host: "openclaw-b.local" }, "192.168.7.9")),
    ).toBe(false);
    expect(told(recordsOf({ ...SERVICE, port: 1 }, "192.168.7.9", 0))).toBe(false);
  });

  test("of two who claim it at the same time exactly one gives way", () => {
    const other = { ...SERVICE, port: 18_790 };
    const theirs = contests(read(writeQuery([], recordsOf(SERVICE, OWN.here))), other, {
      here: "192.168.7.9",
      everywhere: ["192.168.7.9"],
    });
    expect([claimed(recordsOf(other, "192.168.7.9")), theirs].sort()).toEqual([false, true]);
  });
});

describe("asksForUs", () => {
  const asks = (name: string, type: "PTR" | "SRV" | "TXT" | "A") =>
    asksForUs(read(writeQuery([{ name, type }])), SERVICE);

  test("when the type, our name or our host is asked for, in any case", () => {
    expect(asks(SERVICE_TYPE.toUpperCase(), "PTR")).toBe(true);
    expect(asks(serviceName("OpenClaw a"), "SRV")).toBe(true);
    expect(asks(serviceName("OpenClaw a"), "TXT")).toBe(true);
    expect(asks("openclaw-a.local", "A")).toBe(true);
  });

  test("not for others, nor by an answer", () => {
    expect(asks(serviceName("OpenClaw b"), "SRV")).toBe(false);
    expect(asks("openclaw-b.local", "A")).toBe(false);
    expect(asksForUs(read(writeResponse(recordsOf(SERVICE, OWN.here))), SERVICE)).toBe(false);
  });

  test("not when the asker knows us already", () => {
    const query = read(writeQuery([{ name: SERVICE_TYPE, type: "PTR" }]));
    const [pointer] = read(writeResponse(recordsOf(SERVICE, OWN.here))).records;
    if (pointer === undefined) throw new Error("a pointer");
    expect(asksForUs({ ...query, records: [pointer] }, SERVICE)).toBe(false);
    expect(asksForUs({ ...query, records: [{ ...pointer, ttl: 1 }] }, SERVICE)).toBe(true);
  });
});
