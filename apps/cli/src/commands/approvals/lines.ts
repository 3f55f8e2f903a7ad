import type { Methods } from "@openclaw/client";

import { visible } from "../../output/visible.ts";

type Pending = Methods["exec.approval.list"]["result"][number];
type Snapshot = Methods["exec.approvals.get"]["result"];

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

/** The policies as people read them. */
export function policyLines({ path, file }: Snapshot): string[] {
  const agents = Object.entries(file.agents).flatMap(([id, { allowlist = [], ...rules }]) => [
    `Agent ${visible(id)}: ${rulesOf(rules)}`,
    ...allowlist.map(({ pattern }) => `  allows ${visible(pattern)}`),
  ]);
  return [`File: ${path}`, `Defaults: ${rulesOf(file.defaults)}`, ...agents];
}

function rulesOf({ security, ask, askFallback, autoAllowSkills }: Snapshot["file"]["defaults"]): string {
  const rules = Object.entries({ security, ask, askFallback, autoAllowSkills });
  const given = rules.flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`]));
  return given.length === 0 ? "nothing set" : given.join(", ");
}
