import { access } from "node:fs/promises";
import { join } from "node:path";
import { ServiceError } from "../errors.ts";
import { findTool } from "../run-tool.ts";
import type {
  Neighbour,
  ServiceCommand,
  ServiceDefinition,
  ServiceRuntime,
  ServiceState,
  Step,
  Supervisor,
} from "../supervisor.ts";
import { parseUnit } from "./parse-unit.ts";
import { renderUnit } from "./render-unit.ts";
import { isEnabled, parseProperties, RUNTIME_PROPERTIES, runtimeOf } from "./runtime.ts";
import { findOurUnits, findUnits, type OtherUnit, SYSTEM_UNIT_FOLDERS } from "./system-units.ts";
import { detailOf, Systemctl, type SystemdHost } from "./systemctl.ts";
import { readUnitFile, removeUnitFile, writeUnitFile } from "./unit-file.ts";

/** One unit of the user's manager. */
export interface SystemdOptions extends SystemdHost {
  /** With its `.service`. */
  readonly unit: string;
  /** @default {@link SYSTEM_UNIT_FOLDERS} */
  readonly systemUnitFolders?: readonly string[];
}

/** Gateways as user units of systemd. Docs: runbook.md#service */
export class SystemdSupervisor implements Supervisor {
  readonly label = "systemd";
  readonly loadedText = "enabled";
  readonly notLoadedText = "disabled";
  readonly name: string;
  readonly startCommand: string;
  readonly stopCommand: string;
  readonly logCommand: string;
  /** Where the unit is, or would be. */
  readonly path: string;
  readonly #systemctl: Systemctl;
  readonly #options: SystemdOptions;

  constructor(options: SystemdOptions) {
    this.name = options.unit;
    this.startCommand = `systemctl --user start ${options.unit}`;
    this.stopCommand = `systemctl --user stop ${options.unit}`;
    // The lines of root's services are among those of the system, where --user does not look.
    const reads = options.uid === 0 ? "--user-unit" : "--user -u";
    this.logCommand = `journalctl ${reads} ${options.unit} -n 200 --no-pager`;
    this.path = join(options.home, ".config/systemd/user", options.unit);
    this.#systemctl = new Systemctl(options);
    this.#options = options;
  }

  check(definition: ServiceDefinition): void {
    renderUnit(definition, { canNotify: true });
  }

  async install(definition: ServiceDefinition): Promise<readonly Step[]> {
    const canNotify = this.canNotify;
    // Before anything is touched: a value that no unit can hold.
    const text = renderUnit(definition, { canNotify });
    await this.#systemctl.checkAvailable();
    await this.#refuseRivals();
    const { backupPath } = await writeUnitFile(this.path, text);
    const done: Step[] = [{ text: `Installed systemd service: ${this.path}`, undo: `rm ${this.path}` }];
    if (backupPath !== undefined)
      done.push({ text: `Previous unit backed up to: ${backupPath}`, undo: `mv ${backupPath} ${this.path}` });
    const step = async (verb: string, then: Step | undefined) => {
      await this.#change(verb, done);
      if (then !== undefined) done.push(then);
    };
    await step("daemon-reload", undefined);
    const undo = (verb: string) => `systemctl --user ${verb} ${this.name}`;
    await step("enable", { text: `Enabled: starts with your session`, undo: undo("disable") });
    await this.#forgetFailures();
    await step("restart", { text: `Started systemd service: ${this.name}`, undo: undo("stop") });
    return done;
  }

  async uninstall(): Promise<readonly Step[]> {
    await this.#systemctl.checkAvailable();
    const { pid } = await this.readRuntime();
    const done: Step[] = [];
    await this.#systemctl.ask("disable", "--now", this.name);
    if (pid !== undefined) done.push({ text: `Stopped systemd service: ${this.name}` });
    const backup = `${this.path}.bak`;
    const text = await readUnitFile(this.path);
    // Kept beside it, so that this can be taken back, too.
    if (text !== undefined) await writeUnitFile(backup, text);
    if (!(await removeUnitFile(this.path)))
      return [...done, { text: `Systemd service not found at ${this.path}` }];
    await this.#change("daemon-reload", done);
    await this.#forgetFailures();
    done.push({
      text: `Removed systemd service: ${this.path}`,
      undo: `mv ${backup} ${this.path} && systemctl --user daemon-reload && systemctl --user enable --now ${this.name}`,
    });
    return done;
  }

  async start(): Promise<readonly Step[]> {
    await this.#systemctl.checkAvailable();
    await this.#forgetFailures();
    await this.#change("start", []);
    return [{ text: `Started systemd service: ${this.name}`, undo: this.stopCommand }];
  }

  async stop(): Promise<readonly Step[]> {
    await this.#systemctl.checkAvailable();
    await this.#change("stop", []);
    return [{ text: `Stopped systemd service: ${this.name}`, undo: this.startCommand }];
  }

  async restart(): Promise<readonly Step[]> {
    await this.#systemctl.checkAvailable();
    await this.#forgetFailures();
    await this.#change("restart", []);
    return [{ text: `Restarted systemd service: ${this.name}` }];
  }

  async isLoaded(): Promise<boolean> {
    await this.#systemctl.checkAvailable();
    return (await this.#systemctl.ask("is-enabled", this.name)).code === 0;
  }

  // The link that enabling made; it leads nowhere once the unit is gone.
  isExpected(): Promise<boolean> {
    const link = join(this.path, "..", "default.target.wants", this.name);
    return access(link).then(
      () => true,
      () => false,
    );
  }

  async readCommand(): Promise<ServiceCommand | undefined> {
    return commandOf(await readUnitFile(this.path), this.path);
  }

  async readRuntime(): Promise<ServiceRuntime> {
    return (await this.#show()).runtime;
  }

  async look(): Promise<ServiceState> {
    const [command, shown] = await Promise.all([this.readCommand(), this.#show()]);
    return { ...shown, command };
  }

  async lastLines(most: number): Promise<readonly string[]> {
    const said = await this.#systemctl.tool("journalctl", [
      ...["--user-unit", this.name, "-n", String(most), "--no-pager", "-o", "cat", "-q"],
    ]);
    return said.code === 0 ? said.stdout.trim().split("\n").filter(Boolean) : [];
  }

  async neighbours(): Promise<readonly Neighbour[]> {
    const units = await findOurUnits(join(this.path, ".."), this.#options.home);
    return units.flatMap(({ label: name, path, text }) => {
      const command = name === this.name ? undefined : commandOf(text, path);
      return command === undefined ? [] : [{ name, command }];
    });
  }

  /** Whether the gateway can tell systemd that it is ready and alive. */
  get canNotify(): boolean {
    return findTool("systemd-notify", this.#options.toolFolders) !== undefined;
  }

  /** The text of the unit on file; undefined when there is none. */
  readText(): Promise<string | undefined> {
    return readUnitFile(this.path);
  }

  /** Units of the machine that run this gateway or one like it; they are told about and never touched. */
  systemUnits(): Promise<readonly OtherUnit[]> {
    const folders = this.#options.systemUnitFolders ?? SYSTEM_UNIT_FOLDERS;
    return findUnits({ folders, scope: "system", skipsOurs: false, home: this.#options.home });
  }

  /** Other units of this user that run something like a gateway. */
  otherUserUnits(): Promise<readonly OtherUnit[]> {
    const { home } = this.#options;
    const folders = [join(home, ".config/systemd/user")];
    return findUnits({ folders, scope: "user", skipsOurs: true, home });
  }

  async #show(): Promise<Omit<ServiceState, "command">> {
    const properties = RUNTIME_PROPERTIES.join(",");
    const answer = await this.#systemctl.ask("show", this.name, "--no-page", "--property", properties);
    if (answer.code === 0) {
      const shown = parseProperties(answer.stdout);
      const needsReload = shown.get("needdaemonreload") === "yes";
      return { loaded: isEnabled(shown), runtime: runtimeOf(shown), ...(needsReload && { needsReload }) };
    }
    const detail = detailOf(answer);
    const runtime: ServiceRuntime = /not found/.test(detail)
      ? { status: "stopped", detail, missingUnit: true }
      : { status: "unknown", detail };
    // Where systemd cannot be asked, its files still tell what it will do.
    return { loaded: await this.isExpected(), runtime };
  }

  // Two managers that start the same gateway would take the port from each other for ever.
  async #refuseRivals(): Promise<void> {
    const rival = (await this.systemUnits()).find(({ label }) => label === this.name);
    if (rival === undefined) return;
    throw new ServiceError("foreign", `the system's own systemd looks after ${this.name}: ${rival.path}`, {
      hints: [
        `use that one: sudo systemctl restart ${this.name}`,
        `or give it up first: sudo systemctl disable --now ${this.name} && sudo rm ${rival.path}`,
      ],
    });
  }

  // Whoever starts a service by hand has seen that it failed; the limit on restarts is for machines.
  async #forgetFailures(): Promise<void> {
    await this.#systemctl.ask("reset-failed", this.name);
  }

  async #change(step: string, done: readonly Step[]): Promise<void> {
    try {
      await this.#systemctl.change(step, ...(step === "daemon-reload" ? [] : [this.name]));
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      const isStart = step === "start" || step === "restart";
      const { code, message, hints } = isStart ? await this.#startFailure(error) : error;
      throw new ServiceError(code, message, { hints, done, cause: error });
    }
  }

  /** Why a service did not come up, from what systemd saw of it. */
  async #startFailure(error: ServiceError): Promise<ServiceError> {
    const { lastExitStatus, lastRunResult, state } = await this.readRuntime();
    if (lastRunResult === undefined && state !== "failed") return error;
    const lines = await this.lastLines(5);
    const exit = lastExitStatus === undefined ? "" : `, exit code ${lastExitStatus}`;
    const message = `${this.name} did not start (${lastRunResult ?? state ?? "failed"}${exit})`;
    const isConfig = lastExitStatus === 78;
    const hints = [...lines.slice(-3), ...(isConfig ? ["openclaw config validate"] : []), this.logCommand];
    return new ServiceError("not_started", message, { hints, cause: error });
  }
}

function commandOf(text: string | undefined, sourcePath: string): ServiceCommand | undefined {
  if (text === undefined) return undefined;
  const { program, workingDirectory, environment } = parseUnit(text);
  if (program.length === 0) return undefined;
  return {
    programArguments: program,
    ...(workingDirectory !== undefined && { workingDirectory }),
    environment,
    sourcePath,
  };
}
