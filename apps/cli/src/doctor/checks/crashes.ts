import { readdir } from "node:fs/promises";
import { join } from "node:path";

import type { Examination } from "../examination.ts";
import { finding, type Finding } from "../finding.ts";
import { quoted } from "../shell.ts";

// The gateway keeps no more itself.
const MOST = 10;

/** What the gateway wrote down when it crashed, the newest first (logging.md §11). */
export async function checkCrashes({ context }: Examination): Promise<readonly Finding[]> {
  const folder = join(context.paths.stateDir, "crash");
  const names = await readdir(folder).catch(() => []);
  const reports = names.filter((name) => /^\d{4}-.*\.json$/.test(name)).sort();
  return reports
    .reverse()
    .slice(0, MOST)
    .map((name) => {
      const path = join(folder, name);
      return finding("crash-report", {
        title: "Crash reports",
        text: `The gateway crashed at ${timeOf(name)}; see why: ${path}. Remove it when it is dealt with.`,
        fix: `rm ${quoted(path)}`,
      });
    });
}

// Colons are no file name everywhere, so the reports have none.
function timeOf(name: string): string {
  return name.replace(/^(\d{4}-\d\d-\d\dT\d\d)-(\d\d)-(\d\d.*)\.json$/, "$1:$2:$3");
}
