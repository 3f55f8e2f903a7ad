import { existsSync } from "node:fs";
import { join } from "node:path";
import { ServiceError } from "../errors.ts";
import { findTool, runTool, TOOL_FOLDERS, type ToolAnswer } from "../run-tool.ts";
import type { Variables } from "../supervisor.ts";

/** Where and as whom systemd's tools are called. */
export interface SystemdHost {
  /** The caller's environment; only what leads to the user's manager is passed on. */
  readonly env: Variables;
  readonly home: string;
  /** Numeric user id. */
  readonly uid: number | undefined;
  /** @default {@link TOOL_FOLDERS} */
  readonly toolFolders?: readonly string[];
}

const ASKED_MS = 10_000;
/** A stop may take its whole budget, and systemd some time on top. */
const CHANGED_MS = 120_000;

/** The user's own service manager, by way of its command line tool. */
export class Systemctl {
  readonly #host: SystemdHost;

  constructor(host: SystemdHost) {
    this.#host = host;
  }

  /** Asks something. Never rejects. */
  ask(...args: readonly string[]): Promise<ToolAnswer> {
    return this.#run(args, ASKED_MS);
  }

  /** Has something changed. @throws {ServiceError} refused, with what systemd says */
  async change(step: string, ...args: readonly string[]): Promise<void> {
    const answer = await this.#run([step, ...args], CHANGED_MS);
    if (answer.code !== 0) throw new ServiceError("refused", `systemctl ${step} failed: ${detailOf(answer)}`);
  }

  /** @throws {ServiceError} unavailable: no systemd, or no manager of this user, with what to do about it */
  async checkAvailable(): Promise<void> {
    const answer = await this.ask("status", "--no-pager");
    if (answer.code !== 0) throw unavailable(answer, this.#host);
  }

  /** Asks another tool of systemd, e.g. `loginctl`. Never rejects. */
  tool(name: string, args: readonly string[]): Promise<ToolAnswer> {
    return this.#call(name, args, ASKED_MS);
  }

  #run(args: readonly string[], timeoutMs: number): Promise<ToolAnswer> {
    return this.#call("systemctl", ["--user", ...args], timeoutMs);
  }

  #call(name: string, args: readonly string[], timeoutMs: number): Promise<ToolAnswer> {
    const path = findTool(name, this.#host.toolFolders);
    if (path === undefined) return Promise.resolve({ code: 1, stdout: "", stderr: `${name}: not found` });
    return runTool(path, { args, env: managerEnvironment(this.#host), timeoutMs });
  }
}

/** What a tool said went wrong, in one line. */
export function detailOf({ stdout, stderr, code }: ToolAnswer): string {
  const text = stderr.trim() || stdout.trim() || `exit code ${code}`;
  return text.split("\n").slice(0, 3).join(" ");
}

/** Where systemd keeps the sockets of this user's manager. */
function runtimeDir({ env, uid }: SystemdHost): string | undefined {
  const given = env["XDG_RUNTIME_DIR"]?.trim() ?? "";
  if (given !== "") return given;
  // A shell from su or cron lacks the variable although the manager runs.
  const usual = uid === undefined ? "" : `/run/user/${uid}`;
  return usual !== "" && existsSync(usual) ? usual : undefined;
}

function managerEnvironment(host: SystemdHost): Variables {
  const runtime = runtimeDir(host);
  const bus = host.env["DBUS_SESSION_BUS_ADDRESS"]?.trim() || busOf(runtime);
  return {
    PATH: (host.toolFolders ?? TOOL_FOLDERS).join(":"),
    HOME: host.home,
    LC_ALL: "C.UTF-8",
    SYSTEMD_COLORS: "0",
    SYSTEMD_PAGER: "",
    ...(runtime !== undefined && { XDG_RUNTIME_DIR: runtime }),
    ...(bus !== undefined && { DBUS_SESSION_BUS_ADDRESS: bus }),
  };
}

function busOf(runtime: string | undefined): string | undefined {
  if (runtime === undefined) return undefined;
  const path = join(runtime, "bus");
  return existsSync(path) ? `unix:path=${path}` : undefined;
}

/** Which of the ways to have no user manager this is, each with its own remedy. */
function unavailable(answer: ToolAnswer, host: SystemdHost): ServiceError {
  const detail = detailOf(answer);
  if (/not found/.test(detail))
    return new ServiceError(
      "unavailable",
      "systemctl not available; systemd user services are required on Linux.",
      { hints: ["run the gateway under your own supervisor: openclaw gateway"] },
    );
  const user = host.env["USER"]?.trim() || host.env["LOGNAME"]?.trim() || "$USER";
  const hints = /not been booted with systemd/.test(detail)
    ? ["in a container let the container be the supervisor: openclaw gateway"]
    : runtimeDir(host) === undefined
      ? [
          `keep a manager for this user running: sudo loginctl enable-linger ${user}`,
          "or log in as this user, not by su",
        ]
      : [`start the manager of this user: sudo systemctl start user@${host.uid ?? "$UID"}.service`];
  return new ServiceError("unavailable", `systemctl --user unavailable: ${detail}`, { hints });
}
