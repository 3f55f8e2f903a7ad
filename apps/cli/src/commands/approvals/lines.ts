import type { Methods } from "@openclaw/client";

import { readFields } from "../../read-fields.ts";
import { visible } from "../../output/visible.ts";

type Pending = Methods["exec.approval.list"]["result"][number];

/** What waits, one entry per command: its id as other commands take it, all of the command, and where it would run. */
export function pendingLines(waiting: readonly Pending[], now: number): string[] {
  return [
    `Waiting (${waiting.length})`,
    ...waiting.flatMap(({ id, request, expiresAtMs }) => {
      const { host, nodeId, agentId, cwd } = request;
      const facts = [
        nodeId === null ? host : `${host ?? "node"} ${nodeId}`,
        agentId === null ? null : `agent ${agentId}`,
        cwd === null ? null : `in ${cwd}`,
        `${Math.max(0, Math.ceil((expiresAtMs - now) / 1000))}s left`,
      ].filter((fact) => fact !== null);
      return [`  ${visible(id)}  ${visible(request.command)}`, `    ${visible(facts.join(" · "))}`];
    }),
  ];
}

/** The policies as people read them; of a node's, what can be understood. */
export function policyLines(snapshot: unknown): string[] {
  const { path, file } = readFields(snapshot);
  const { defaults, agents } = readFields(file);
  return [
    ...(typeof path === "string" ? [`File: ${visible(path)}`] : []),
    `Defaults: ${rulesOf(defaults)}`,
    ...Object.entries(readFields(agents)).flatMap(([id, rules]) => [
      `Agent ${visible(id)}: ${rulesOf(rules)}`,
      ...patternsOf(rules).map((pattern) => `  allows ${visible(pattern)}`),
    ]),
  ];
}

function rulesOf(value: unknown): string {
  const { security, ask, askFallback, autoAllowSkills } = readFields(value);
  const rules = Object.entries({ security, ask, askFallback, autoAllowSkills });
  const given = rules.flatMap(([name, rule]) =>
    rule === undefined ? [] : [`${name} ${visible(String(rule))}`],
  );
  return given.length === 0 ? "nothing set" : given.join(", ");
}

function patternsOf(rules: unknown): string[] {
  const { allowlist } = readFields(rules);
  const entries: readonly unknown[] = Array.isArray(allowlist) ? allowlist : [];
  return entries.flatMap((entry) => {
    const { pattern } = readFields(entry);
    return typeof pattern === "string" ? [pattern] : [];
  });
}
