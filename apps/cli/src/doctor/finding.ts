import type { Repair } from "./repair.ts";

/** How bad a finding is: `error` keeps the gateway from working, or opens it to others. */
export type Severity = "error" | "warning" | "info";

/** Everything the doctor can find besides the service's drift, with how bad it is. A code is never reused. */
export const FINDINGS = {
  "config-unreadable": "error",
  "config-legacy-keys": "error",
  "config-unknown-keys": "error",
  "config-invalid": "error",
  "config-warning": "warning",
  "config-missing": "error",
  "gateway-mode-unset": "error",
  "gateway-remote-url-missing": "error",
  "port-variable-ignored": "warning",
  "gateway-token-missing": "warning",
  "gateway-auth-off": "warning",
  "state-folder-old-name": "info",
  "config-old-name": "info",
  "state-folders-several": "warning",
  "state-folder-missing": "error",
  "state-folder-foreign": "error",
  "state-folder-unusable": "error",
  "state-folder-exposed": "warning",
  "config-exposed": "warning",
  "secret-exposed": "warning",
  "crash-report": "info",
  "bind-exposed": "warning",
  "browser-checks-weakened": "warning",
  "channel-open": "warning",
  "service-legacy": "warning",
  "service-other": "warning",
  "service-shares-port": "error",
  "service-near-port": "info",
  "service-shares-state": "error",
  "service-shares-config": "error",
  "service-shares-workspace": "warning",
  "service-disabled": "warning",
  "service-linger-off": "warning",
  "gateway-address-unusable": "error",
  "gateway-remote-unreachable": "error",
  "gateway-down": "error",
  "gateway-unauthorized": "error",
  "gateway-silent": "error",
  "port-other-gateway": "error",
  "port-foreign": "error",
  "store-damaged": "error",
  "store-newer": "error",
  "store-foreign": "error",
  "store-unreadable": "error",
  "state-lock-unusable": "error",
  "gateway-version-skew": "warning",
  "gateway-config-refused": "error",
  "gateway-restart-pending": "warning",
} as const satisfies Readonly<Record<string, Severity>>;

export type FindingCode = keyof typeof FINDINGS;

/** One thing that is wrong, why, and what to type. Docs: doctor.md#findings */
export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  /** Heading that findings of a kind share. */
  readonly title: string;
  /** What is wrong; no secret. */
  readonly text: string;
  /** A command line that mends it, whole. */
  readonly fix: string;
  /** What the doctor itself can do about it. */
  readonly repair?: Repair;
}

/** A finding, its severity from the table. */
export function finding(code: FindingCode, parts: Omit<Finding, "code" | "severity">): Finding {
  return { code, severity: FINDINGS[code], ...parts };
}
