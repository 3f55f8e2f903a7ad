import {
  type ServiceRuntime,
  type ServiceState,
  ServiceError,
  type SupervisorWords,
} from "@openclaw/service";

import type { CommandContext } from "../context.ts";
import { ownService, type OwnService } from "./own-service.ts";

/** The service in reports. */
export interface ServiceLook {
  readonly words: SupervisorWords;
  /** Absent when not even its name is usable. */
  readonly own?: OwnService;
  /** Whether there is a file of it. */
  readonly isInstalled: boolean;
  readonly state: ServiceState;
}

/**
 * Looks at this profile's service. A machine where none is installed is asked nothing: reports are to be quick. Never
 * rejects for what a supervisor can do.
 */
export async function lookAtService(context: CommandContext): Promise<ServiceLook> {
  let own: OwnService;
  try {
    own = ownService(context);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const words = { label: "unknown", loadedText: "enabled", notLoadedText: "disabled" };
    return { words, isInstalled: false, state: absent(error.message) };
  }
  const { label, loadedText, notLoadedText } = own.supervisor;
  const words = { label, loadedText, notLoadedText };
  if ((await own.supervisor.readCommand()) === undefined)
    return { words, own, isInstalled: false, state: absent("service not installed") };
  return { words, own, isInstalled: true, state: await own.supervisor.look() };
}

/** A runtime in one phrase: `running (pid 4242, state active, sub running, last exit 0, reason 0)`. */
export function runtimeText(runtime: ServiceRuntime): string {
  const { status, pid, state, subState, lastExitStatus, lastExitReason, lastRunResult, detail } = runtime;
  // A gateway in the foreground has nothing but these.
  if (state === undefined && detail !== undefined)
    return `${status} (${[detail, ...(pid === undefined ? [] : [`pid ${pid}`])].join(", ")})`;
  const parts = [
    ["pid", pid],
    ["state", state === status ? undefined : state],
    ["sub", subState],
    ["last exit", lastExitStatus],
    ["reason", lastExitReason],
    ["last run", lastRunResult],
  ].flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`]));
  return [...parts, ...(detail === undefined ? [] : [detail])].length === 0
    ? status
    : `${status} (${[...parts, ...(detail === undefined ? [] : [detail])].join(", ")})`;
}

function absent(detail: string): ServiceState {
  return { loaded: false, command: undefined, runtime: { status: "stopped", detail } };
}
