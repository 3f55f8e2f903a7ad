import { complain, print, printJson, type CommandContext } from "../context.ts";
import type { Finding } from "./finding.ts";
import { noteBox, type NoteLine } from "./note-box.ts";
import type { Diagnosis, Listener } from "./run-checks.ts";

/** Nobody is told before the end, and nobody asked. */
export const SILENT: Listener = {
  found: () => undefined,
  changed: () => undefined,
  failed: () => undefined,
  agrees: () => Promise.resolve(false),
};

/** Shows in boxes what is found as it is found. */
export function boxes({ io, paths }: CommandContext): Listener {
  // Commands keep their full paths: in quotes a tilde means nothing.
  const short = (text: string) => text.replaceAll(`${paths.home}/`, "~/");
  const note = (title: string, lines: readonly NoteLine[]) =>
    print(io, ...noteBox(title, lines, io.stdout.columns));
  return {
    found: (findings) => {
      for (const title of new Set(findings.map((found) => found.title))) {
        const own = findings.filter((found) => found.title === title);
        note(title, findingLines(own, short));
      }
    },
    changed: (changes) =>
      note(
        "Doctor changes",
        changes.map((change) => `- ${short(change)}`),
      ),
    failed: ({ code }, problem) => note("Doctor warnings", [`- Not repaired (${code}): ${short(problem)}`]),
    agrees: async (question) => !/^\s*n/i.test(await io.ask(`${question} [Y/n] `)),
  };
}

/** What is wrong, line by line, and below it each thing to type, once. */
function findingLines(findings: readonly Finding[], short: (text: string) => string): readonly NoteLine[] {
  const fixes = [...new Set(findings.map(({ fix }) => fix))];
  return fixes.flatMap((fix): readonly NoteLine[] => [
    ...findings
      .filter((found) => found.fix === fix)
      .map(
        ({ severity, text, code }) => `- ${severity === "error" ? "CRITICAL: " : ""}${short(text)} [${code}]`,
      ),
    { whole: `  Fix: ${fix}` },
  ]);
}

/** The diagnosis for programs. */
export function printDiagnosis({ io }: CommandContext, { findings, changes }: Diagnosis): void {
  const ok = !findings.some(({ severity, repaired }) => severity === "error" && !repaired);
  const shown = findings.map(({ repair, ...found }) => ({ ...found, repairable: repair !== undefined }));
  printJson(io, { ok, findings: shown, changes });
}

/** The last lines: what may be done about what is left, and what is still wrong with the configuration. */
export function printEnd(
  { io, loaded, program }: CommandContext,
  { findings }: Diagnosis,
  isRepairing: boolean,
): void {
  if (findings.length === 0) print(io, "◇  No problems found.");
  if (!isRepairing && findings.some(({ repair }) => repair?.kind === "config"))
    print(io, `Run "${program} doctor --fix" to apply changes.`);
  if (!loaded.valid)
    complain(
      io,
      "Invalid config:",
      ...loaded.issues.map(({ path, message }) => `- ${path || "<root>"}: ${message}`),
    );
  print(io, "│", "└  Doctor complete.", "");
}
