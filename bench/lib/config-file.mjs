import { rename, writeFile } from "node:fs/promises";
import { TOKEN } from "./connection.mjs";

const AGENT_LINES = 20;

/**
 * A configuration as people write it, with comments and trailing commas, of about so many lines: a household, or a
 * company with an agent for everybody.
 *
 * @param {{ lines: number; everySeconds: number; logFile?: string }} o
 */
export function configText({ lines, everySeconds, logFile }) {
  const count = Math.round(lines / AGENT_LINES);
  return `// written by the bench
{
  gateway: {
    mode: "local",
    auth: { mode: "token", token: "${TOKEN}" },
  },
  logging: { ${logFile === undefined ? "" : `file: ${JSON.stringify(logFile)}`} },
  agents: {
    defaults: {
      heartbeat: { every: "${everySeconds}s" }, // what is edited
    },
    list: [
${Array.from({ length: count }, (_, index) => agentText(index)).join("\n")}
    ],
  },
}
`;
}

/**
 * Puts a text in the place of a file, as editors and configuration management do.
 *
 * @param {string} path
 * @param {string} text
 * @returns {Promise<number>} when it was there; on the monotonic clock, in ms
 */
export async function replaceFile(path, text) {
  await writeFile(`${path}.new`, text);
  const renamedAt = performance.now();
  await rename(`${path}.new`, path);
  return renamedAt;
}

/** @param {number} index */
function agentText(index) {
  return `      // agent ${index}
      {
        id: "agent-${index}",
        name: 'Agent ${index}',
        workspace: "~/agents/${index}",
        model: {
          primary: "house/chat-small",
          fallbacks: [
            "house/chat-large", // when it is busy
            "spare/chat-small",
          ],
        },
        identity: {
          name: "Agent ${index}",
          theme: "helpful",
        },
        groupChat: {
          historyLimit: 50,
          mentionPatterns: ["@agent-${index}"],
        },
      },`;
}
