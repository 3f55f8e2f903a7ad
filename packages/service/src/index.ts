// The contract, and who keeps it on this platform.
export { createSupervisor, type SupervisorOptions } from "./create-supervisor.ts";
export type {
  Neighbour,
  ServiceCommand,
  ServiceDefinition,
  ServiceRuntime,
  ServiceState,
  Step,
  Supervisor,
  SupervisorWords,
} from "./supervisor.ts";
export { UnsupportedSupervisor } from "./unsupported-supervisor.ts";
export { SystemdSupervisor } from "./systemd/systemd-supervisor.ts";

// What is installed.
export { type ServiceNames, serviceNames } from "./service-names.ts";
export { chooseNode, findSystemNode, isManagedNode, isSupportedNode } from "./program/choose-node.ts";
export { serviceEnvironment } from "./program/service-environment.ts";
export { servicePath } from "./program/service-path.ts";

// What is done, and seen to be done.
export { type StartWitness, restartVerified, startVerified } from "./lifecycle/verify-start.ts";
export { type StopWitness, stopVerified } from "./lifecycle/verify-stop.ts";

// What has drifted.
export type { AuditFacts, AuditScope } from "./audit/audit-facts.ts";
export { auditService } from "./audit/audit-service.ts";
export { servicePort } from "./audit/command-findings.ts";
export { type Finding, type FindingCode, FINDINGS } from "./audit/finding.ts";

// Who runs, and who listens.
export { explainListeners } from "./processes/explain-listeners.ts";
export {
  type Listener,
  type Listeners,
  looksLikeGateway,
  type ProcessInfo,
  type ProcessTable,
  ProcessTableError,
} from "./processes/process-table.ts";
export { systemTable } from "./processes/system-table.ts";

// Systemd's own.
export type { SystemdHost } from "./systemd/systemctl.ts";
export { type ParsedUnit, parseUnit } from "./systemd/parse-unit.ts";
export { renderUnit, type UnitFeatures } from "./systemd/render-unit.ts";
export { enableLinger, type Linger, readLinger } from "./systemd/linger.ts";
export type { OtherUnit } from "./systemd/system-units.ts";

// Failing.
export { ServiceError, type ServiceErrorCode } from "./errors.ts";
