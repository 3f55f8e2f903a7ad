/** Whole messages that stop a session's runs instead of starting one. Docs: protocol.md#stop-phrases */
export const STOP_PHRASES: readonly string[] = [
  "/stop",
  "stop",
  "abort",
  "esc",
  "wait",
  "exit",
  "interrupt",
  "halt",
  "please stop",
  "stop please",
  "stop run",
  "stop current run",
  "stop action",
  "stop agent",
  "stop openclaw",
  "openclaw stop",
];

const LOOKUP: ReadonlySet<string> = new Set(STOP_PHRASES);

/** Whether the whole message is a stop phrase, whatever its case, spaces and final punctuation. */
export function isStopPhrase(message: string): boolean {
  // No phrase is this long: do not normalise a novel to find that out.
  if (message.length > 100) return false;
  const words = message.trim().toLowerCase().replace(/\s+/gu, " ");
  return LOOKUP.has(words.replace(/[\s.,;:!?…。！？]+$/u, ""));
}
