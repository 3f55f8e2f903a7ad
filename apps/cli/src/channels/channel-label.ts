const LABELS: Readonly<Record<string, string>> = {
  telegram: "Telegram",
  whatsapp: "WhatsApp",
  discord: "Discord",
  irc: "IRC",
  googlechat: "Google Chat",
  slack: "Slack",
  signal: "Signal",
  imessage: "iMessage",
  matrix: "Matrix",
  mattermost: "Mattermost",
  msteams: "Microsoft Teams",
  bluebubbles: "BlueBubbles",
  line: "LINE",
};

/** What people call a channel, where the gateway cannot be asked; a channel of somebody else's by its id. */
export function channelLabel(id: string): string {
  return LABELS[id] ?? id;
}
