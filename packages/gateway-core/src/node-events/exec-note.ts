import type { NodeEvent } from "@openclaw/protocol";

/** What a node tells about a command line it was to run. */
export type ExecNews = Extract<NodeEvent, { event: `exec.${string}` }>;

const MAX_COMMAND_CHARS = 200;
const MAX_OUTPUT_CHARS = 400;
const MAX_WORD_CHARS = 100;

/** What a session's agent reads about it: one line, with the end of the output. */
export function execNote({ event, payload }: ExecNews, nodeName: string): string {
  const { runId, command, output } = payload;
  const facts = [`node=${cut(nodeName)}`, ...(runId ? [`id=${cut(runId)}`] : [])].join(" ");
  const what = command ? `: ${oneLine(command).slice(0, MAX_COMMAND_CHARS)}` : "";
  const tail = output ? ` :: ${oneLine(output.slice(-MAX_OUTPUT_CHARS))}` : "";
  switch (event) {
    case "exec.started":
      return `Exec running (${facts})${what}`;
    case "exec.finished":
      return `Exec finished (${facts}, ${endOf(payload)})${what}${tail}`;
    case "exec.denied":
      return `Exec denied (${facts}, ${cut(payload.reason ?? "no reason")})${what}`;
    default:
      return event satisfies never;
  }
}

function endOf({ exitCode, timedOut }: ExecNews["payload"]): string {
  if (timedOut === true) return "timed out";
  return typeof exitCode === "number" ? `code ${exitCode}` : "no code";
}

const cut = (text: string): string => oneLine(text).slice(0, MAX_WORD_CHARS);

/** The text is not the gateway's: nothing in it may look like another line. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ").trim();
}
