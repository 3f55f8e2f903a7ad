import type { Command } from "./command.ts";

/** Tells the sender how the gateway names it, as allow lists want it. Docs: protocol.md#slash-commands */
export const whoamiCommand: Command = {
  name: "whoami",
  aliases: ["id"],
  summary: "Show who you are to the gateway",
  category: "Status",
  reply: ({ run }) => {
    const { sender } = run.identity;
    return [
      "🧭 Identity",
      "Channel: webchat",
      ...(sender === undefined ? [] : [`User id: ${sender.id}`]),
      ...(sender?.name === undefined ? [] : [`Username: @${sender.name}`]),
      ...(sender === undefined ? [] : [`AllowFrom: ${sender.id}`]),
    ].join("\n");
  },
};
