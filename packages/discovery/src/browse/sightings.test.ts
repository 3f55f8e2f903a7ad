import { describe, expect, test } from "vitest";
import { type AnnouncedService, recordsOf } from "../announce/service.ts";
import { writeResponse } from "../packets/write-packet.ts";
import { MAX_BEACONS, Sightings } from "./sightings.ts";

const service = (id: string | number, port = 18_789): AnnouncedService => ({
  instance: `OpenClaw ${id}`,
  host: `openclaw-${id}.local`,
  port,
  text: ["role=gateway"],
});
const packet = (id: string | number, address: string, ttl?: number) =>
  writeResponse(recordsOf(service(id), address, ttl));
const found = (sightings: Sightings) =>
  sightings.beacons().map(({ instanceName, wsUrl }) => [instanceName, wsUrl]);

describe("Sightings", () => {
  test("lists who was heard, by name", () => {
    const sightings = new Sightings(["192.168.7.1"]);
    sightings.hear(packet("b", "192.168.7.3"), "192.168.7.3");
    sightings.hear(packet("a", "192.168.7.2"), "192.168.7.2");
    expect(found(sightings)).toEqual([
      ["OpenClaw a", "ws://192.168.7.2:18789"],
      ["OpenClaw b", "ws://192.168.7.3:18789"],
    ]);
    expect(sightings.missing()).toEqual([]);
  });

  test("asks for what an answer left out", () => {
    const sightings = new Sightings([]);
    const [pointer, place, text, address] = recordsOf(service("a"), "192.168.7.2");
    if (!pointer || !place || !text || !address) throw new Error("four records");
    sightings.hear(writeResponse([pointer]), "192.168.7.2");
    expect(sightings.missing().map(({ type }) => type)).toEqual(["SRV", "TXT"]);
    sightings.hear(writeResponse([place, text]), "192.168.7.2");
    expect(sightings.missing()).toEqual([{ name: "openclaw-a.local", type: "A" }]);
    sightings.hear(writeResponse([address]), "192.168.7.2");
    expect(sightings.missing()).toEqual([]);
  });

  test("forgets who says goodbye", () => {
    const sightings = new Sightings([]);
    sightings.hear(packet("a", "192.168.7.2"), "192.168.7.2");
    sightings.hear(packet("a", "192.168.7.2", 0), "192.168.7.2");
    expect(found(sightings)).toEqual([]);
  });

  test("takes this machine for one sender, on however many networks it hears itself", () => {
    const sightings = new Sightings(["192.168.7.1", "10.0.0.1"]);
    sightings.hear(packet("a", "192.168.7.1"), "192.168.7.1");
    sightings.hear(packet("a", "10.0.0.1"), "10.0.0.1");
    expect(sightings.beacons()).toMatchObject([{ addresses: ["10.0.0.1", "192.168.7.1"] }]);
  });

  test("T-LOG-08: nobody speaks for another one, changes what it said, or takes it back", () => {
    const sightings = new Sightings([]);
    sightings.hear(packet("a", "192.168.7.2"), "192.168.7.2");
    sightings.hear(writeResponse(recordsOf(service("a", 6_666), "192.168.7.66")), "192.168.7.66");
    sightings.hear(packet("a", "192.168.7.2", 0), "192.168.7.67");
    expect(found(sightings)).toEqual([
      ["OpenClaw a", "ws://192.168.7.2:18789"],
      ["OpenClaw a", "ws://192.168.7.66:6666"],
    ]);
  });

  test("T-LOG-08: nobody leads to an address that it does not speak from", () => {
    const sightings = new Sightings([]);
    sightings.hear(packet("a", "203.0.113.9"), "192.168.7.66");
    expect(found(sightings)).toEqual([["OpenClaw a", null]]);
  });

  test("T-LOG-08: ten thousand services of one sender do not hide the others, and no crowd makes an endless list", () => {
    const sightings = new Sightings([]);
    for (let count = 0; count < 10_000; count += 1)
      sightings.hear(packet(count, "192.168.7.66"), "192.168.7.66");
    sightings.hear(packet("z", "192.168.7.2"), "192.168.7.2");
    expect(sightings.beacons()).toHaveLength(9);
    expect(found(sightings)).toContainEqual(["OpenClaw z", "ws://192.168.7.2:18789"]);
    for (let sender = 0; sender < 1_000; sender += 1) {
      const address = `10.0.${sender >> 8}.${sender & 255}`;
      sightings.hear(packet("c", address), address);
    }
    expect(sightings.beacons()).toHaveLength(MAX_BEACONS);
  });
});
