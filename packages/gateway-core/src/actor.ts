import type { ConnectionView } from "@openclaw/rpc-server";

/** Who is at the other end of a connection, as log lines name it. */
export function actorOf({ client, grant, peer }: ConnectionView): string {
  return `actor=${client.id} device=${grant.deviceId ?? "none"} ip=${peer.clientIp}`;
}
