/**
 * Recordings of parts the product does not have yet, with the capability they wait for. `*` stands for any text. A
 * recording that is listed here is not played; one that is listed nowhere must go as recorded.
 */
export const LATER: Readonly<Record<string, string>> = {
  "v3/agent-tool-events": "tools in runs",
  "v3/run-agent-tool": "tools in runs",
  "v3/cron-cycle": "cron runs",
  "v3/ro-agents.files.*": "agents.files",
  "v3/ro-browser.request": "browser",
  "v3/ro-poll": "poll",
  "v3/ro-push.test": "push",
  "v3/ro-send*": "send",
  "v3/ro-sessions.usage*": "usage details",
  "v3/ro-tts.*": "tts",
  "v3/ro-web.login.wait": "web.login",
  "v3/ro-wizard.status": "wizard",
};
