import { createSocket } from "node:dgram";
import { once } from "node:events";
import { decode, encode, type Packet } from "dns-packet";
import type { Link } from "../links/link.ts";

/** A link where the machine is its own neighbour; every address of 127.0.0.0/8 is one. */
export const LOOPBACK: Link = { address: "127.0.0.1", netmask: "255.0.0.0" };
const GROUP = "224.0.0.251";

/** Somebody on the loopback link who says whatever the test wants. */
export interface Neighbour {
  /** Packets heard so far, its own included. */
  readonly heard: readonly Packet[];
  say(packet: Packet | Buffer): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Lets a neighbour in. @param address in 127.0.0.0/8: where it speaks from */
export async function createNeighbour(
  port: number,
  { address = "127.0.0.1", onPacket }: { address?: string; onPacket?: (packet: Packet) => void } = {},
): Promise<Neighbour> {
  const heard: Packet[] = [];
  const ear = createSocket({ type: "udp4", reuseAddr: true });
  ear.bind({ port, address: GROUP });
  await once(ear, "listening");
  ear.addMembership(GROUP, LOOPBACK.address);
  ear.on("message", (bytes) => {
    const packet = decoded(bytes);
    if (packet === undefined) return;
    heard.push(packet);
    onPacket?.(packet);
  });
  const mouth = createSocket("udp4");
  mouth.bind({ port: 0, address });
  await once(mouth, "listening");
  mouth.setMulticastInterface(LOOPBACK.address);
  return {
    heard,
    say: (packet) =>
      new Promise((resolve, reject) =>
        mouth.send(Buffer.isBuffer(packet) ? packet : encode(packet), port, GROUP, (error) =>
          error ? reject(error) : resolve(),
        ),
      ),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([
        new Promise<void>((resolve) => ear.close(resolve)),
        new Promise<void>((resolve) => mouth.close(resolve)),
      ]);
    },
  };
}

/** Undefined for what is no packet: a test may say anything. */
function decoded(bytes: Buffer): Packet | undefined {
  try {
    return decode(bytes);
  } catch {
    return undefined;
  }
}

/** A UDP port that nobody has, so that no test hears the machine's own multicast DNS, nor another test. */
export async function freeUdpPort(): Promise<number> {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(resolve));
  return port;
}
