import type { RunFlags } from "@openclaw/gateway";

import type { Io } from "../../io.ts";

/** `gateway [run]`: a gateway in this process, in the foreground, until it is told to stop. */
export async function runProgram(io: Io, flags: RunFlags): Promise<number> {
  const { runGateway } = await io.handOver();
  return runGateway({ flags, env: io.env });
}
