import type { AuditFacts, AuditScope } from "./audit-facts.ts";
import { commandFindings } from "./command-findings.ts";
import type { Finding } from "./finding.ts";
import { pathFindings } from "./path-findings.ts";
import { unitFindings } from "./unit-findings.ts";

/**
 * Compares a service with what would be installed now. Pure: facts in, findings out, the worst first.
 *
 * Docs: runbook.md#drift
 */
export function auditService(facts: AuditFacts, scope: AuditScope): readonly Finding[] {
  const found = [
    ...commandFindings(facts, scope),
    ...pathFindings(facts),
    ...(facts.unit === undefined
      ? []
      : unitFindings(facts.unit, { installCommand: facts.installCommand, scope })),
  ];
  const order: readonly Finding["severity"][] = ["error", "warning", "info"];
  return found.sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
}
