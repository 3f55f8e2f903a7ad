import { GatewayError, type LockRecord } from "@openclaw/gateway-core";

/** What a start that failed tells the operator and its supervisor. */
export interface StartReport {
  readonly exitCode: number;
  /** For standard error, the signature first. */
  readonly lines: readonly string[];
}

/** What is known around a failed start. */
export interface FailureContext {
  /** How the command is typed to mean this instance again. */
  readonly program: string;
  /** The line that stops whoever has the port and starts this gateway there. */
  readonly takePort: string;
  /** Who holds the port, as lines. */
  describePort(): Promise<readonly string[]>;
  /** The service that may be the other gateway, as lines; none where there is no such service. */
  describeService(): Promise<readonly string[]>;
  /** The gateway that holds the state folder; undefined where none does. */
  stateHolder(): Promise<Pick<LockRecord, "port"> | undefined>;
  /** Whether a gateway answers on the port. */
  isGateway(): Promise<boolean>;
  readonly isUnderSystemd: boolean;
}

const PORT_HINT = "Or give this one another port: --port, OPENCLAW_GATEWAY_PORT or gateway.port";
/** Tells systemd not to try again: another healthy gateway does the work already. */
const DO_NOT_RESTART = 78;

const stopHint = ({ program }: FailureContext) =>
  `If the gateway is supervised, stop it with: ${program} gateway stop`;

/**
 * Words and exit code for whatever `start()` threw.
 *
 * Docs: runbook.md#failure-signatures
 */
export async function reportStartFailure(error: unknown, context: FailureContext): Promise<StartReport> {
  if (!(error instanceof GatewayError))
    return { exitCode: 1, lines: [`Gateway failed to start: ${String(error)}`] };
  const [signature = error.message, ...hints] = error.lines;
  switch (error.code) {
    case "CONFIG_REFUSED":
      return { exitCode: error.exitCode, lines: [signature, ...hints] };
    case "PORT_BUSY": {
      const detail = error.cause instanceof Error ? error.cause.message : "EADDRINUSE";
      const service = await context.describeService();
      const isGateway = await context.isGateway();
      // What a supervisor keeps alive is stopped there, and what it starts takes nothing from anybody.
      const canTake = !context.isUnderSystemd && !(isGateway && service.length > 0);
      const lines = [
        `Gateway failed to start: ${signature}`,
        detail,
        stopHint(context),
        PORT_HINT,
        ...(await context.describePort()),
        ...service,
        ...(canTake ? [`Next: ${context.takePort}`] : []),
      ];
      return { exitCode: context.isUnderSystemd && isGateway ? DO_NOT_RESTART : 1, lines };
    }
    case "STATE_IN_USE":
      return {
        exitCode: context.isUnderSystemd ? DO_NOT_RESTART : 1,
        lines: [
          `Gateway failed to start: ${signature}`,
          ...hints,
          stopHint(context),
          ...(await context.describeService()),
          ...(await lookAtHolder(context)),
        ],
      };
    case "BIND_FAILED":
    case "STATE_UNUSABLE":
    case "LIFECYCLE":
      return { exitCode: 1, lines: [`Gateway failed to start: ${signature}`, ...hints] };
    default:
      return error.code satisfies never;
  }
}

/** Whoever holds the state folder answers: nothing is broken, and the one that runs is to be looked at before it is stopped. */
async function lookAtHolder({ program, stateHolder }: FailureContext): Promise<readonly string[]> {
  const holder = await stateHolder();
  if (holder === undefined) return [];
  return [`Next: ${program} gateway status${holder.port > 0 ? ` --port ${holder.port}` : ""}`];
}

/** Whether systemd started this process. */
export function isUnderSystemd(env: Readonly<Record<string, string | undefined>>): boolean {
  return Boolean(env["SYSTEMD_EXEC_PID"] || env["INVOCATION_ID"]);
}
