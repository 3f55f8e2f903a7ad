import { approveCommand } from "./approve.ts";
import type { Command } from "./command.ts";
import { statusCommand } from "./status.ts";
import { whoamiCommand } from "./whoami.ts";

const helpCommand: Command = {
  name: "help",
  aliases: ["commands"],
  summary: "List the commands",
  category: "Status",
  reply: () => helpText(),
};

/** Commands that reply without a model. Docs: protocol.md#slash-commands */
export const COMMANDS: readonly Command[] = [statusCommand, helpCommand, whoamiCommand, approveCommand];

/** What the table does not answer itself but help should name. */
const RUN_COMMANDS: readonly Pick<Command, "name" | "summary" | "category">[] = [
  {
    name: "new",
    summary: "Start a new session, optionally with a model or a first message",
    category: "Session",
  },
  { name: "reset", summary: "Start this session over", category: "Session" },
  { name: "stop", summary: "Stop what is running in this session", category: "Session" },
];

/** A command as lists show it. */
export type CommandInfo = Pick<Command, "name" | "aliases" | "summary" | "category">;

/** Everything a message can begin with that is not for the model. */
export function listCommands(): readonly CommandInfo[] {
  const runs = RUN_COMMANDS.map((command) => ({ ...command, aliases: [] }));
  return [...runs, ...COMMANDS].map(({ name, aliases, summary, category }) => ({
    name,
    aliases,
    summary,
    category,
  }));
}

/** The command of that name or alias; anything else is for the model. */
export function findCommand(name: string): Command | undefined {
  return COMMANDS.find((command) => command.name === name || command.aliases.includes(name));
}

function helpText(): string {
  const all = [...RUN_COMMANDS, ...COMMANDS];
  const sections = (["Session", "Status"] as const).map((category) => {
    const lines = all.filter((command) => command.category === category);
    return `${category}\n${lines.map(({ name, summary }) => `  /${name} - ${summary}`).join("\n")}`;
  });
  return `ℹ️ Help\n\n${sections.join("\n\n")}`;
}
