import type { RunFlags } from "@openclaw/gateway";

import type { Io } from "../../io.ts";

/** `gateway [run]`: a gateway in this process, in the foreground, until it is told to stop. */
export async function runProgram(io: Io, flags: RunFlags): Promise<number> {
  io.handOver();
  // The one place that needs the gateway: every other command only talks to one.
  const { runGateway } = await import("@openclaw/gateway");
  return runGateway({ flags, env: io.env });
}
