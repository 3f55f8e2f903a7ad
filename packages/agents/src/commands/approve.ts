import type { Command } from "./command.ts";

const USAGE = "Usage: /approve <id> allow-once|allow-always|deny";
const DECISION = /^(\S+)\s+(allow-once|allow-always|deny)$/i;

/** Decides about a command that waits for a person, for senders who may. Docs: protocol.md#exec-approvals */
export const approveCommand: Command = {
  name: "approve",
  aliases: [],
  summary: "Decide about a command that waits: <id> allow-once|allow-always|deny",
  category: "Session",
  isForDeciders: true,
  reply: ({ run, args }) => {
    const [, id, decision] = DECISION.exec(args) ?? [];
    if (id === undefined || decision === undefined) return USAGE;
    const refusal = run.identity.decide?.(id, decision.toLowerCase());
    return refusal === undefined
      ? `✅ Exec approval ${decision.toLowerCase()} submitted for ${id}.`
      : `❌ ${refusal}`;
  },
};
