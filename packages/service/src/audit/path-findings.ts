import type { AuditFacts } from "./audit-facts.ts";
import { type Finding, finding } from "./finding.ts";

// Folders whose programs change with the shell that looks at them.
const FICKLE = [
  "/.nvm/",
  "/.fnm/",
  "/.volta/",
  "/.asdf/",
  "/.n/",
  "/.nodenv/",
  "/.nodebrew/",
  "/nvs/",
  "/.local/share/pnpm/",
  "/pnpm/",
];

/** Where the service looks for programs. */
export function pathFindings({ command, expected, installCommand: fix }: AuditFacts): readonly Finding[] {
  const path = command.environment["PATH"]?.trim() ?? "";
  if (path === "") {
    const message = "Gateway service PATH is not set; the daemon should use a minimal PATH.";
    return [finding("gateway-path-missing", { message, fix })];
  }
  const folders = path.split(":").filter(Boolean);
  const missing = expected.path.filter((folder) => !folders.includes(folder));
  const fickle = folders.filter((folder) => !expected.path.includes(folder) && isFickle(folder));
  return [
    ...(missing.length === 0
      ? []
      : [
          finding("gateway-path-missing-dirs", {
            message: `Gateway service PATH missing required dirs: ${missing.join(", ")}`,
            fix,
          }),
        ]),
    ...(fickle.length === 0
      ? []
      : [
          finding("gateway-path-nonminimal", {
            message:
              "Gateway service PATH includes version managers or package managers; recommend a minimal PATH.",
            detail: fickle.join(", "),
            fix,
          }),
        ]),
  ];
}

function isFickle(folder: string): boolean {
  return FICKLE.some((part) => folder.includes(part)) || folder.endsWith("/pnpm");
}
