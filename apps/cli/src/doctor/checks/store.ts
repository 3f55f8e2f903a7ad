import { access } from "node:fs/promises";
import { dirname, join } from "node:path";

import type { CommandContext } from "../../context.ts";
import type { Examination } from "../examination.ts";
import { finding, type Finding, type FindingCode } from "../finding.ts";
import { quoted } from "../shell.ts";

/** Whether the state file is sound; the gateway's own code looks at it, and only while no gateway runs with it. */
export async function checkStoreFile({ context }: Examination): Promise<readonly Finding[]> {
  const { io, paths } = context;
  const { storePath } = paths;
  // Without a file there is nothing to load the gateway's code for.
  if (!(await isThere(storePath))) return [];
  const { checkStore } = await io.loadGateway();
  const report = await checkStore({ env: io.env });
  if ("error" in report)
    return report.error.code === "STATE_IN_USE" ? [] : [lockUnusable(context, report.error)];
  if (report.ok) return [];
  const code = CODES[report.code ?? ""] ?? "store-unreadable";
  const aside = join(dirname(storePath), `set-aside-${io.now()}`);
  return [
    finding(code, {
      title: "State integrity",
      text: `${storePath}: ${report.problems.slice(0, MOST_PROBLEMS).join("; ")}. ${ADVICE[code]}`,
      fix: `mkdir -m 700 ${quoted(aside)} && mv ${quoted(storePath)}* ${quoted(aside)}/`,
    }),
  ];
}

function lockUnusable({ paths }: CommandContext, { message }: { readonly message: string }): Finding {
  return finding("state-lock-unusable", {
    title: "State integrity",
    text: `The lock of the state folder cannot be taken: ${message}.`,
    fix: `mv ${quoted(paths.lockPath)} ${quoted(`${paths.lockPath}.old`)}`,
  });
}

type StoreCode = FindingCode & `store-${string}`;

const MOST_PROBLEMS = 3;
const CODES: Readonly<Record<string, StoreCode>> = {
  corrupt: "store-damaged",
  newer_version: "store-newer",
  not_a_store: "store-foreign",
};
const ADVICE: Readonly<Record<StoreCode, string>> = {
  "store-damaged": "Put a backup in its place, or set it aside: the gateway then begins an empty one.",
  "store-newer": "Start it with the release that wrote it, or set it aside to begin an empty one.",
  "store-foreign": "Move it away: the gateway leaves it untouched and does not start.",
  "store-unreadable": "Look at the disk and at who owns it; set aside, it makes room for an empty one.",
};

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
