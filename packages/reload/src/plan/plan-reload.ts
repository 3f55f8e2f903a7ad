import { type Difference, type ReloadKind, type ReloadKindRule, reloadRule } from "@openclaw/config";

/** What is done about changes: nothing, what needs no restart, a restart for anything, a restart where needed. */
export type ReloadMode = "hot" | "hybrid" | "off" | "restart";

/** What becomes of a change, as data. Paths are dotted; of a section that came or went only its own is named. */
export interface ReloadPlan {
  readonly mode: ReloadMode;
  readonly changed: readonly string[];
  /** Applied by work in the running gateway. */
  readonly hot: readonly string[];
  /** In force after a restart. */
  readonly restart: readonly string[];
  /** Taken over without work. */
  readonly none: readonly string[];
  /** Left for another start, because the mode says so. */
  readonly ignored: readonly string[];
  /** Why a restart is due; empty when none is. */
  readonly restartReasons: readonly string[];
  /** Every leaf that comes into force at once. */
  readonly applied: readonly (readonly string[])[];
}

export interface PlanOptions {
  readonly rules: readonly ReloadKindRule[];
  readonly mode: ReloadMode;
  /** A restart is wanted even for what can be applied without. @default only in mode `restart` */
  readonly restartsForHot?: boolean;
}

/**
 * Sorts changes by the longest rule that names them; what no rule names restarts. What needs no restart is in force at
 * once, even when a restart follows: that may wait for running work, and a revoked secret must not.
 */
export function planReload(changes: readonly Difference[], options: PlanOptions): ReloadPlan {
  const { mode, restartsForHot = mode === "restart" } = options;
  const verdictOf = judge(options);
  const sorted: Record<ReloadKind | "ignored", string[]> = { hot: [], restart: [], none: [], ignored: [] };
  const applied: (readonly string[])[] = [];
  for (const { path, leaves } of changes) {
    const verdicts = leaves.map((leaf) => ({ path: leaf, verdict: verdictOf(leaf) }));
    applied.push(...verdicts.flatMap((one) => (isNow(one.verdict) ? [one.path] : [])));
    // One verdict for the whole section: it is named as the operator wrote it.
    const isUniform = new Set(verdicts.map(({ verdict }) => verdict)).size === 1;
    const named = isUniform ? verdicts.slice(0, 1).map(({ verdict }) => ({ path, verdict })) : verdicts;
    for (const one of named) sorted[one.verdict].push(dotted(one.path));
  }
  const { hot, restart } = sorted;
  const reasons = restart.length === 0 && restartsForHot ? hot : restart;
  const restarts = mode === "hybrid" || mode === "restart";
  const changed = changes.map(({ path }) => dotted(path));
  return { mode, changed, ...sorted, restartReasons: restarts ? reasons : [], applied };
}

/** A path as operators write it. */
export function dotted(path: readonly string[]): string {
  return path.length === 0 ? "<root>" : path.join(".");
}

/** Whether a dotted prefix names a path or something above it. */
export function covers(prefix: string, path: string): boolean {
  return path === prefix || path.startsWith(`${prefix}.`);
}

type Verdict = ReloadKind | "ignored";

function isNow(verdict: Verdict): boolean {
  return verdict === "hot" || verdict === "none";
}

function judge({ rules, mode }: PlanOptions): (path: readonly string[]) => Verdict {
  return (path) => {
    const { kind, isAlwaysTaken } = reloadRule(rules, path) ?? { kind: "restart" };
    if (isAlwaysTaken === true) return kind;
    return mode === "off" || (mode === "hot" && kind === "restart") ? "ignored" : kind;
  };
}
