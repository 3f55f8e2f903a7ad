/** A socket that listens. */
export interface ListeningSocket {
  /** e.g. `127.0.0.1:18789` or `[::1]:18789` */
  readonly address: string;
  readonly uid: number;
  readonly inode: string;
}

const LISTEN = "0A";

/** Picks the sockets that listen on a port out of `/proc/net/tcp` or `/proc/net/tcp6`. */
export function listeningSockets(table: string, port: number): ListeningSocket[] {
  return table
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const [, local = "", , state, , , , uid, , inode] = line.trim().split(/\s+/);
      const [host = "", hexPort = ""] = local.split(":");
      if (state !== LISTEN || inode === undefined || Number.parseInt(hexPort, 16) !== port) return [];
      return [{ address: `${formatHost(host)}:${port}`, uid: Number(uid), inode }];
    });
}

/** The kernel prints addresses as 32-bit words of the host's byte order, which is little-endian where Node runs. */
function formatHost(hex: string): string {
  const words = hex.match(/.{8}/g) ?? [];
  const bytes = words.flatMap((word) => (word.match(/../g) ?? []).reverse());
  if (bytes.length === 4) return bytes.map((byte) => Number.parseInt(byte, 16)).join(".");
  const groups = bytes.flatMap((byte, index) =>
    index % 2 === 0 ? [`${byte}${bytes[index + 1] ?? ""}`] : [],
  );
  // The URL parser knows how to shorten IPv6.
  return new URL(`http://[${groups.join(":")}]`).hostname;
}
