import type { Run } from "../runs/run.ts";
import type { RunContext } from "../runs/run-context.ts";
import type { SessionEntry } from "../sessions/entry.ts";

/** What a command is answered with. */
export interface CommandContext {
  readonly ctx: RunContext;
  readonly run: Run;
  readonly entry: SessionEntry | undefined;
  /** Turns of the session that wait. */
  readonly queueDepth: number;
  readonly args: string;
}

/** A message that the gateway answers itself. */
export interface Command {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly category: "Session" | "Status";
  /** Refused to senders who may not decide about commands. */
  readonly isForDeciders?: true;
  reply(context: CommandContext): string;
}

/** Takes `/name args`, `/name: args` or `/name@bot args` apart; undefined for anything else. */
export function parseCommand(text: string): { readonly name: string; readonly args: string } | undefined {
  const match = /^\/([a-z][a-z0-9_-]{0,31})(?:@[\w-]{1,64})?(?:\s*:\s*|\s+|$)([\s\S]*)$/iu.exec(text.trim());
  return match === null ? undefined : { name: (match[1] ?? "").toLowerCase(), args: (match[2] ?? "").trim() };
}
