import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordsOf } from "../announce/service.ts";
import { readPacket } from "./read-packet.ts";
import { SERVICE_TYPE } from "./service-type.ts";
import { writeQuery, writeResponse } from "./write-packet.ts";

const SERVICE = {
  instance: "OpenClaw 3fa9c2",
  host: "openclaw-3fa9c2.local",
  port: 18_789,
  text: ["role=gateway"],
};
const RESPONSE = writeResponse(recordsOf(SERVICE, "192.168.7.20"));

describe("readPacket", () => {
  test("reads back what is announced", () => {
    const packet = readPacket(RESPONSE);
    expect(packet?.isResponse).toBe(true);
    expect(packet?.records).toMatchObject([
      { type: "PTR", name: SERVICE_TYPE, data: `OpenClaw 3fa9c2.${SERVICE_TYPE}` },
      { type: "SRV", data: { port: 18_789, target: "openclaw-3fa9c2.local" } },
      { type: "TXT", data: [Buffer.from("role=gateway")] },
      { type: "A", name: "openclaw-3fa9c2.local", data: "192.168.7.20" },
    ]);
  });

  test("reads back a question, and what the asker is about to claim", () => {
    const query = writeQuery([{ name: SERVICE_TYPE, type: "PTR" }], recordsOf(SERVICE, "192.168.7.20"));
    const packet = readPacket(query);
    expect(packet).toMatchObject({
      isResponse: false,
      questions: [{ name: SERVICE_TYPE, type: "PTR" }],
      records: [],
    });
    expect(packet?.claims).toHaveLength(4);
  });

  test("leaves alone what is not about gateways", () => {
    expect(readPacket(writeQuery([{ name: "_ipp._tcp.local", type: "PTR" }]))).toBeUndefined();
  });

  test("refuses more entries than any gateway needs, however small they are", () => {
    const question = { name: SERVICE_TYPE, type: "PTR" as const };
    const questions = (count: number) => writeQuery(Array.from({ length: count }, () => question));
    expect(readPacket(questions(128))?.questions).toHaveLength(128);
    expect(readPacket(questions(129))).toBeUndefined();
  });

  test("refuses a header that promises more entries than a packet holds", () => {
    const bytes = Buffer.from(RESPONSE);
    bytes.writeUInt16BE(65_535, 10);
    expect(readPacket(bytes)).toBeUndefined();
  });

  test("refuses a name that points to itself", () => {
    const bytes = Buffer.concat([
      Buffer.alloc(12),
      Buffer.from([0xc0, 12, 0, 12, 0, 1]),
      Buffer.from("openclaw"),
    ]);
    bytes.writeUInt16BE(1, 4);
    expect(readPacket(bytes)).toBeUndefined();
  });

  test("reads any bytes, or not, but never fails; what it reads has the shape it promises", () => {
    const noise = fc
      .uint8Array({ maxLength: 600 })
      .map((bytes) => Buffer.concat([bytes, Buffer.from("openclaw")]));
    const damaged = fc
      .array(fc.tuple(fc.nat(RESPONSE.length - 1), fc.nat(255)), { maxLength: 8 })
      .map((changes) => {
        const bytes = Buffer.from(RESPONSE);
        for (const [offset, value] of changes) bytes[offset] = value;
        return bytes;
      });
    fc.assert(
      fc.property(fc.oneof(noise, damaged), (bytes) => {
        const packet = readPacket(bytes);
        for (const { type, name, ttl } of [...(packet?.records ?? []), ...(packet?.claims ?? [])]) {
          expect(["PTR", "SRV", "TXT", "A"]).toContain(type);
          expect(name.length).toBeLessThanOrEqual(255);
          expect(ttl).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
