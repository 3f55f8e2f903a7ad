import type { Caller } from "@openclaw/rpc-server";

/** Who asks, as log lines name it, and within which trace. */
export function actorOf({ connection: { client, grant, peer }, traceparent }: Caller): string {
  const trace = traceparent === undefined ? "" : ` traceparent=${traceparent}`;
  return `actor=${client.id} device=${grant.deviceId ?? "none"} ip=${peer.clientIp}${trace}`;
}

/** The part of a call that says who asks. */
export function callerOf({ connection, traceparent }: Caller): Caller {
  return { connection, ...(traceparent !== undefined && { traceparent }) };
}
