import { basename } from "node:path";
import { isManagedNode } from "../program/choose-node.ts";
import type { AuditFacts, AuditScope } from "./audit-facts.ts";
import { type Finding, type FindingCode, finding } from "./finding.ts";

/** The value of `--port` in a command line, if it has a usable one. */
export function servicePort(programArguments: readonly string[]): number | undefined {
  const at = programArguments.findLastIndex((word) => word === "--port" || word.startsWith("--port="));
  const text =
    programArguments[at] === "--port"
      ? programArguments[at + 1]
      : programArguments[at]?.slice("--port=".length);
  const port = /^\d{1,5}$/.test(text ?? "") ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : undefined;
}

/** What is run, on which port, with which configuration. */
export function commandFindings(facts: AuditFacts, scope: AuditScope): readonly Finding[] {
  const { command, installCommand: fix } = facts;
  const at = command.programArguments.indexOf("gateway");
  if (at < 0) {
    const message = "Service command does not run the gateway: it has no gateway argument.";
    return [finding("gateway-command-missing", { message, level: "aggressive", fix })];
  }
  return [
    ...existence(facts, at),
    ...runtime(facts),
    ...place(facts),
    ...(scope === "full" ? [...entry(facts, at), ...secrets(facts), ...release(facts)] : []),
  ];
}

function existence({ command, exists, installCommand: fix }: AuditFacts, at: number): Finding[] {
  const [runtimePath = ""] = command.programArguments;
  return [
    ...(exists.runtime
      ? []
      : [
          finding("gateway-runtime-missing", {
            message: `Node.js of the service is gone: ${runtimePath}`,
            fix,
          }),
        ]),
    ...(exists.entry
      ? []
      : [
          finding("gateway-entrypoint-missing", {
            message: `The program of the service is gone: ${command.programArguments[at - 1] ?? ""}`,
            fix,
          }),
        ]),
  ];
}

function runtime({ command, systemNode, installCommand: fix }: AuditFacts): Finding[] {
  const [path = ""] = command.programArguments;
  if (basename(path) === "bun")
    return [
      finding("gateway-runtime-bun", {
        message: "Gateway service runs on Bun; it needs Node.js.",
        detail: path,
        fix,
      }),
    ];
  if (!isManagedNode(path)) return [];
  const message = "Gateway service uses Node from a version manager; it can break after upgrades.";
  const install = `install Node.js for the whole machine, then: ${fix}`;
  return [
    finding("gateway-runtime-node-version-manager", {
      message,
      detail: path,
      fix: systemNode === undefined ? install : fix,
    }),
    ...(systemNode === undefined
      ? [
          finding("gateway-runtime-node-system-missing", {
            message: "There is no Node.js of the system to move the service to.",
            fix: install,
          }),
        ]
      : []),
  ];
}

function place({ command, expected, serviceConfigPath, installCommand: fix }: AuditFacts): Finding[] {
  const port = servicePort(command.programArguments);
  return [
    ...(port === undefined || port === expected.port
      ? []
      : [
          finding("gateway-port-mismatch", {
            message: "Gateway service listens on another port than the configuration says.",
            detail: `${port} -> ${expected.port}`,
            fix,
          }),
        ]),
    ...(serviceConfigPath === expected.configPath
      ? []
      : [
          finding("gateway-config-mismatch", {
            message: "Gateway service reads another configuration than this command.",
            detail: `${serviceConfigPath} -> ${expected.configPath}`,
            fix,
          }),
        ]),
  ];
}

function entry({ command, expected, installCommand: fix }: AuditFacts, at: number): Finding[] {
  const found = command.programArguments[at - 1] ?? "";
  if (found === expected.entry) return [];
  const message = "Gateway service runs another installation than this command.";
  return [finding("gateway-entrypoint-mismatch", { message, detail: `${found} -> ${expected.entry}`, fix })];
}

// Everybody on the machine can read a unit, so what is found there is compared but never shown.
function secrets({ command: { environment }, expected, installCommand: fix }: AuditFacts): Finding[] {
  const token = environment["OPENCLAW_GATEWAY_TOKEN"] ?? "";
  const password = environment["OPENCLAW_GATEWAY_PASSWORD"] ?? "";
  const stale = token !== "" && expected.token !== undefined && token !== expected.token;
  return [
    ...(stale
      ? [
          finding("gateway-token-mismatch", {
            message: "Gateway service token does not match the configuration.",
            detail: "service token is stale",
            fix,
          }),
        ]
      : []),
    ...(token === "" ? [] : [embedded("gateway-token-embedded", "OPENCLAW_GATEWAY_TOKEN", fix)]),
    ...(password === "" ? [] : [embedded("gateway-password-embedded", "OPENCLAW_GATEWAY_PASSWORD", fix)]),
  ];
}

function embedded(code: FindingCode, variable: string, fix: string): Finding {
  return finding(code, {
    message: `Gateway service file holds a secret (${variable}) that others can read.`,
    fix,
  });
}

function release({ command: { environment }, expected, installCommand: fix }: AuditFacts): Finding[] {
  const version = environment["OPENCLAW_SERVICE_VERSION"] ?? "";
  if (version === "" || version === expected.version) return [];
  const message = "Gateway service was installed by another release.";
  return [finding("gateway-version-mismatch", { message, detail: `${version} -> ${expected.version}`, fix })];
}
