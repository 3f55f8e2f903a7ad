import { createSocket, type Socket } from "node:dgram";
import { platform } from "node:os";
import { isOnLink, type Link } from "./link.ts";

/** Where multicast DNS is spoken. */
export const MDNS_PORT = 5353;
const MDNS_GROUP = "224.0.0.251";
/** Longest packet of multicast DNS; what is longer is none. */
const MAX_PACKET_BYTES = 9_000;

/** What one needs to listen on a link. */
export interface LinkSocketOptions {
  readonly link: Link;
  /** UDP port. @default 5353 */
  readonly port?: number;
  /** A packet of a neighbour, or of this machine; at most 9000 bytes. */
  readonly onPacket: (bytes: Buffer, from: string) => void;
  /** The socket failed while it was open, or a packet could not be sent. */
  readonly onProblem: (problem: unknown) => void;
}

/** Multicast on one link. */
export interface LinkSocket {
  readonly link: Link;
  /** Sends to everybody on the link; resolves when the system has taken it, also when it has not. */
  send(bytes: Buffer): Promise<void>;
  /** Idempotent. Nothing is heard afterwards. */
  close(): void;
}

/**
 * Joins the multicast group on one link. Only what neighbours there send is heard: elsewhere nobody can be a neighbour.
 *
 * @throws when the system does not allow it, or the interface is gone; nothing is left open then
 */
export async function openLinkSocket(options: LinkSocketOptions): Promise<LinkSocket> {
  const { link, port = MDNS_PORT, onPacket, onProblem } = options;
  const socket = createSocket({ type: "udp4", reuseAddr: true });
  let isOpen = false;
  // Always heard: an error that nobody hears would end the process.
  socket.on("error", (error) => isOpen && onProblem(error));
  try {
    await bound(socket, port);
    socket.addMembership(MDNS_GROUP, link.address);
    socket.setMulticastInterface(link.address);
    socket.setMulticastTTL(255);
    socket.setMulticastLoopback(true);
  } catch (error) {
    socket.close();
    throw error;
  }
  isOpen = true;
  socket.on("message", (bytes, { address }) => {
    if (!isOpen || bytes.length > MAX_PACKET_BYTES || !isOnLink(link, address)) return;
    onPacket(bytes, address);
  });
  return {
    link,
    send: async (bytes) => {
      if (!isOpen) return;
      try {
        await sent(socket, bytes, port);
      } catch (error) {
        if (isOpen) onProblem(error);
      }
    },
    close: () => {
      if (!isOpen) return;
      isOpen = false;
      socket.close();
    },
  };
}

function sent(socket: Socket, bytes: Buffer, port: number): Promise<void> {
  return new Promise((resolve, reject) =>
    socket.send(bytes, port, MDNS_GROUP, (error) => (error ? reject(error) : resolve())),
  );
}

/** Other programs of this machine speak multicast DNS, too; the port is shared with them. */
function bound(socket: Socket, port: number): Promise<void> {
  // A socket of the group's address hears nothing that somebody sends to this machine alone, from wherever.
  // Windows binds to no such address.
  const address = platform() === "win32" ? "0.0.0.0" : MDNS_GROUP;
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.bind({ port, address }, () => {
      socket.off("error", reject);
      resolve();
    });
  });
}
