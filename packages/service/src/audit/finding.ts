/** Everything the audit can find, with how bad it is. A code is never reused for something else. */
export const FINDINGS = {
  "gateway-command-missing": "error",
  "gateway-runtime-missing": "error",
  "gateway-entrypoint-missing": "error",
  "gateway-entrypoint-mismatch": "warning",
  "gateway-port-mismatch": "warning",
  "gateway-config-mismatch": "warning",
  "gateway-token-mismatch": "error",
  "gateway-token-embedded": "warning",
  "gateway-password-embedded": "warning",
  "gateway-path-missing": "warning",
  "gateway-path-missing-dirs": "warning",
  "gateway-path-nonminimal": "warning",
  "gateway-runtime-bun": "error",
  "gateway-runtime-node-version-manager": "warning",
  "gateway-runtime-node-system-missing": "warning",
  "gateway-version-mismatch": "info",
  "systemd-after-network-online": "warning",
  "systemd-wants-network-online": "warning",
  "systemd-restart-sec": "warning",
  "systemd-stop-timeout": "warning",
  "systemd-kill-mode-process-or-none": "warning",
  "systemd-kill-mode-control-group": "warning",
  "systemd-exit-78-restarts": "warning",
  "systemd-notify-missing": "error",
  "systemd-watchdog-off": "info",
  "systemd-reload-needed": "warning",
} as const;

export type FindingCode = keyof typeof FINDINGS;

/** One way in which the service on file is not the one that would be installed now. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: (typeof FINDINGS)[FindingCode];
  /** `aggressive`: the service was changed on purpose, it seems, and is overwritten only when asked twice. */
  readonly level: "recommended" | "aggressive";
  readonly message: string;
  readonly detail?: string;
  /** What to type. */
  readonly fix: string;
}

/** A finding, its severity from the table. */
export function finding(
  code: FindingCode,
  parts: Omit<Finding, "code" | "level" | "severity"> & Partial<Pick<Finding, "level">>,
): Finding {
  return { code, severity: FINDINGS[code], level: "recommended", ...parts };
}
