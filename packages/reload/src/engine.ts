import {
  type ConfigIssue,
  type Difference,
  type LoadedConfig,
  type OpenClawConfig,
  mixSettings,
  SETTING_DEFAULTS,
  settingDifferences,
} from "@openclaw/config";
import { applyParts, type PartFailure } from "./apply/apply-parts.ts";
import type { ReloadEngineOptions } from "./engine-options.ts";
import { covers, dotted, planReload, type ReloadMode, type ReloadPlan } from "./plan/plan-reload.ts";
import { createReport } from "./report.ts";
import { isSameSource, isWhole } from "./source/same-source.ts";
import {
  doubted,
  type Obstacle,
  type ReloadState,
  type ReloadStatus,
  standing,
  statusAtStart,
} from "./status.ts";
import { ConfigSource } from "./source/config-source.ts";
import { FileWatch } from "./watch/file-watch.ts";
import { Pace } from "./watch/pace.ts";

/** What taking a new configuration over led to. */
export interface ReloadOutcome {
  readonly plan: ReloadPlan;
  readonly status: ReloadStatus;
}

export interface AcceptOptions {
  /** A restart is wanted even for what can be applied without. @default as the mode says */
  readonly restartsForHot?: boolean;
}

/** Hands a configuration that is on disk already to the engine; a restart that it needs is the caller's. */
export type Accept = (after: LoadedConfig, options?: AcceptOptions) => Promise<ReloadOutcome>;

/** A file that cannot be read as a whole may be half written: time in ms for its writer to finish. */
const SETTLE_MS = 200;
/** How often a file that is gone is looked for, and the distance in ms. */
const RETRIES = 2;
const RETRY_MS = 150;
/** A part that takes longer for a single step has failed. */
const STEP_TIMEOUT_MS = 10_000;

/**
 * Keeps a running gateway and its configuration files together. Every change, whoever made it, is read, compared,
 * planned and applied one after the other: all of it, or nothing. Docs: configuration.md#reload
 */
export class ReloadEngine {
  readonly #options: ReloadEngineOptions;
  readonly #report: ReturnType<typeof createReport>;
  readonly #source: ConfigSource;
  readonly #watch: FileWatch;
  readonly #pace: Pace;
  /** The last file that was taken over, with what its mode left out. */
  #accepted: LoadedConfig;
  #inForce: LoadedConfig;
  /** The newest file, whatever became of it. */
  #seen: LoadedConfig;
  #status: ReloadStatus;
  /** Why the newest file is not even looked into. */
  #doubt: string | undefined;
  #retries = 0;
  #queue: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(options: ReloadEngineOptions) {
    const { initial, logger, watchMode: mode = "events", pollMs } = options;
    this.#options = options;
    this.#accepted = this.#inForce = this.#seen = initial;
    this.#status = statusAtStart(initial);
    this.#report = createReport(logger);
    this.#source = new ConfigSource(options);
    const onError = (error: unknown) => this.#report.failed(error);
    this.#watch = new FileWatch({
      mode,
      pollMs: () => pollMs ?? this.#settings?.pollMs ?? SETTING_DEFAULTS["gateway.reload.pollMs"],
      onNotice: () => this.#pace.notice(),
      onError,
    });
    this.#pace = new Pace({
      look: (isSettled) => this.#exclusively(() => this.#lookAtFiles(isSettled)),
      debounceMs: () => this.#settings?.debounceMs ?? SETTING_DEFAULTS["gateway.reload.debounceMs"],
      onError,
    });
  }

  /** What the gateway runs with: one frozen object until something is applied. */
  get inForce(): LoadedConfig {
    return this.#inForce;
  }

  get status(): ReloadStatus {
    return this.#doubt === undefined ? this.#status : doubted(this.#status, this.#doubt);
  }

  /** How the file that was taken over last wants itself looked after. */
  get #settings(): NonNullable<OpenClawConfig["gateway"]>["reload"] {
    return this.#accepted.config.gateway?.reload;
  }

  /** What would become of a change between two readings. */
  plan(changes: readonly Difference[], after: LoadedConfig, options: AcceptOptions = {}): ReloadPlan {
    return planReload(changes, { rules: this.#options.rules, mode: modeOf(after), ...options });
  }

  /**
   * Writes the files without the engine taking the write for somebody else's edit. Other changes wait until `write` is
   * done; it must not wait for the engine by other ways than `accept`.
   */
  during<T>(write: (accept: Accept) => Promise<T>): Promise<T> {
    return this.#exclusively(() =>
      write((after, options = {}) => {
        this.#options.onRead?.(after);
        this.#seen = after;
        return this.#accept(after, { ...options, restarts: "caller" });
      }),
    );
  }

  /** Begins to look at the files; edits since they were read are found, too. */
  async watch(): Promise<void> {
    const { sources } = this.#accepted;
    const { survey, doubt } = await this.#source.believe(sources);
    if (doubt !== undefined) this.#report.unsafe(doubt);
    this.#watch.follow(survey);
    this.#pace.notice();
  }

  /** Stops looking, and waits for what is being applied. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#watch.close();
    this.#pace.close();
    await this.#queue;
  }

  /** One change at a time. */
  #exclusively<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async #lookAtFiles(isSettled: boolean): Promise<number | undefined> {
    if (this.#isClosed) return undefined;
    const { after, survey, isStill, doubt } = await this.#source.read();
    // Closed while it was read: nobody is there any more to apply it to.
    if (this.#isClosed) return undefined;
    this.#watch.follow(survey);
    if (after.exists) this.#retries = 0;
    if (!isStill) return SETTLE_MS;
    if (isSameSource(after, this.#seen)) return this.#question(undefined);
    if (!isSettled && !isWhole(after, this.#accepted)) return SETTLE_MS;
    this.#question(doubt);
    if (doubt !== undefined) return undefined;
    this.#options.onRead?.(after);
    if (!after.exists && this.#retries < RETRIES) {
      this.#retries += 1;
      this.#report.retry(this.#retries, RETRIES);
      return RETRY_MS;
    }
    this.#seen = after;
    if (!after.exists) {
      this.#report.missing();
      return this.#stand("missing", { issues: [] });
    }
    if (!after.valid) {
      this.#report.invalid(after.issues);
      this.#options.onEdit?.({ isTaken: false, paths: after.issues.map(({ path }) => path || "<root>") });
      return this.#stand("invalid", { issues: after.issues });
    }
    const { plan, status } = await this.#accept(after, { restarts: "engine" });
    // Comments and layout are nobody's business.
    if (plan.changed.length > 0)
      this.#options.onEdit?.({ isTaken: status.state === "applied", paths: plan.changed });
    return undefined;
  }

  /** Tells once that a file is not believed, and that it is again. */
  #question(doubt: string | undefined): undefined {
    if (doubt === this.#doubt) return;
    this.#doubt = doubt;
    if (doubt !== undefined) this.#report.untrusted(doubt);
    this.#options.onStatus();
  }

  async #accept(
    after: LoadedConfig,
    { restarts, ...given }: AcceptOptions & { readonly restarts: "caller" | "engine" },
  ): Promise<ReloadOutcome> {
    const changes = settingDifferences(this.#accepted, after);
    const plan = this.plan(changes, after, given);
    if (changes.length === 0) {
      this.#take(after, this.#inForce === this.#accepted ? after : this.#inForce);
      return this.#outcome(plan);
    }
    this.#report.detected(plan);
    if (plan.applied.length > 0 || plan.restartReasons.length > 0) {
      const [issue] = await this.#options.preflight(after);
      if (issue !== undefined) return this.#refuse(plan, issue);
    }
    const applied = await this.#apply(after, plan);
    if (applied !== undefined) return this.#fail(plan, applied);
    this.#report.applied(plan);
    if (plan.restartReasons.length > 0 && restarts === "engine") {
      this.#report.restart(plan.restartReasons);
      this.#options.requestRestart(plan.restartReasons);
    }
    return this.#outcome(plan);
  }

  /** Takes over what the plan applies at once; gives what stood in the way. */
  async #apply(after: LoadedConfig, plan: ReloadPlan): Promise<Failure | undefined> {
    const { parts, preflight } = this.#options;
    const next = this.#mixed(after, plan);
    const [issue] = next === after ? [] : next.valid ? await preflight(next) : next.issues;
    if (issue !== undefined) {
      // Without the rest it does not work, and the rest comes with the restart.
      if (plan.restartReasons.length > 0) this.#take(after, this.#inForce);
      return plan.restartReasons.length > 0 ? undefined : { kind: "refused", issue };
    }
    const touched = plan.applied.map(dotted);
    const concerned = parts.filter(({ follows }) => followed(follows, touched) !== undefined);
    const change = { next, previous: this.#inForce };
    const application = await applyParts(concerned, change, {
      stepTimeoutMs: STEP_TIMEOUT_MS,
      onLeftover: (part, error) => this.#report.leftover(part, error),
    });
    if (!application.ok) {
      const { failure } = application;
      const follows = parts.find(({ name }) => name === failure.part)?.follows ?? [];
      return { kind: "reverted", failure, path: followed(follows, touched) ?? "" };
    }
    this.#take(after, next);
    await application.finish();
    return undefined;
  }

  /** What is in force once the plan is applied: what it leaves out stays as it is. */
  #mixed(after: LoadedConfig, plan: ReloadPlan): LoadedConfig {
    const applied = new Set(plan.applied.map(dotted));
    const wanted = settingDifferences(this.#inForce, after).flatMap(({ leaves }) => leaves);
    if (wanted.every((path) => applied.has(dotted(path)))) return after;
    if (applied.size === 0) return this.#inForce;
    const { paths, env } = this.#options;
    return mixSettings({ before: this.#inForce, after }, plan.applied, { paths, env });
  }

  #take(after: LoadedConfig, inForce: LoadedConfig): void {
    this.#accepted = after;
    this.#inForce = inForce;
    this.#stand("applied", { issues: [] });
  }

  #refuse(plan: ReloadPlan, issue: ConfigIssue): ReloadOutcome {
    this.#report.refused(issue);
    this.#stand("refused", { issues: [issue] });
    return this.#outcome(plan);
  }

  #fail(plan: ReloadPlan, failed: Failure): ReloadOutcome {
    if (failed.kind === "refused") return this.#refuse(plan, failed.issue);
    this.#report.reverted(failed.failure, failed.path);
    const reason = `${failed.failure.part}: ${messageOf(failed.failure.error)}`;
    this.#stand("reverted", { issues: [], path: failed.path, reason });
    return this.#outcome(plan);
  }

  #outcome(plan: ReloadPlan): ReloadOutcome {
    return { plan, status: this.#status };
  }

  #stand(state: ReloadState, obstacle: Obstacle): undefined {
    const newest = this.#seen.valid && this.#seen.exists ? this.#seen : this.#accepted;
    this.#status = standing(state, obstacle, {
      inForce: this.#inForce,
      newest,
      hash: { ofAccepted: this.#accepted.hash, before: this.#status.hash },
    });
    this.#options.onStatus();
  }
}

type Failure =
  | { readonly kind: "refused"; readonly issue: ConfigIssue }
  | { readonly kind: "reverted"; readonly failure: PartFailure; readonly path: string };

function modeOf({ config }: LoadedConfig): ReloadMode {
  return config.gateway?.reload?.mode ?? "hybrid";
}

/** The first of some paths that a part follows. */
function followed(prefixes: readonly string[], paths: readonly string[]): string | undefined {
  return paths.find((path) => prefixes.some((prefix) => covers(prefix, path) || covers(path, prefix)));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
