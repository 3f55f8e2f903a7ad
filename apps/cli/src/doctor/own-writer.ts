import { DOCTOR, type Writer } from "@openclaw/config";

import type { CommandContext } from "../context.ts";

/** The doctor as the journal of writes knows it. */
export function ownWriter({ io }: CommandContext): Writer {
  const { pid, ppid } = io.machine;
  return { pid, ppid, cwd: io.cwd, argv: io.argv, actor: DOCTOR };
}
