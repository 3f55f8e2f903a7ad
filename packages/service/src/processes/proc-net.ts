/** A socket that listens, as the kernel lists it. */
export interface ListeningSocket {
  /** e.g. `127.0.0.1:18789` or `[::1]:18789` */
  readonly address: string;
  readonly uid: number;
  readonly inode: string;
}

const LISTEN = "0A";

/** Picks the sockets that listen on a port out of the text of `/proc/net/tcp` or `/proc/net/tcp6`. */
export function listeningSockets(table: string, port: number): ListeningSocket[] {
  // A busy machine has thousands of rows: only those that can be meant are taken apart.
  const hex = `:${port.toString(16).toUpperCase().padStart(4, "0")} `;
  const rows = table.split("\n").filter((row) => row.includes(hex) && row.includes(` ${LISTEN} `));
  return rows.flatMap((row) => {
    const [, local = "", , state, , , , uid, , inode] = row.trim().split(/\s+/);
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
