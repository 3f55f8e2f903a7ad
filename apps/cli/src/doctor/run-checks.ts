import { openContext, type CommandContext } from "../context.ts";
import { CHECKS } from "./checks/all.ts";
import type { Finding } from "./finding.ts";
import { decide, type DoctorFlags, type Repair } from "./repair.ts";

/** A finding, and what became of it. */
export interface Treated extends Finding {
  readonly repaired: boolean;
  /** Why a repair that was wanted was not made. */
  readonly problem?: string;
}

/** What came of an examination. */
export interface Diagnosis {
  readonly findings: readonly Treated[];
  /** What was changed on this machine, one sentence each. */
  readonly changes: readonly string[];
}

/** Who is told while it goes on, and asked. */
export interface Listener {
  /** What one check found, before any repair of it. */
  found(findings: readonly Finding[]): void;
  changed(changes: readonly string[]): void;
  /** A repair that was wanted and not made. */
  failed(finding: Finding, problem: string): void;
  agrees(question: string): Promise<boolean>;
}

/** Runs every check in order; what a repair changes is what the next one sees. Docs: doctor.md#findings */
export async function runChecks(
  start: CommandContext,
  flags: DoctorFlags,
  listener: Listener,
): Promise<Diagnosis> {
  let context = start;
  const treated: Treated[] = [];
  const changes: string[] = [];
  for (const check of CHECKS) {
    const findings = await check({ context, flags });
    if (findings.length === 0) continue;
    listener.found(findings);
    const outcomes = await repairAll(findings, { context, flags, listener });
    const made = [...outcomes.values()].flatMap((outcome) => outcome.changes ?? []);
    if (made.length > 0) {
      listener.changed(made);
      changes.push(...made);
      context = await openContext(context.io);
    }
    treated.push(...findings.map((found) => afterwards(found, outcomes)));
  }
  return { findings: treated, changes };
}

interface Outcome {
  readonly changes?: readonly string[];
  readonly problem?: string;
}

type Outcomes = ReadonlyMap<Repair, Outcome>;

interface Treatment {
  readonly context: CommandContext;
  readonly flags: DoctorFlags;
  readonly listener: Listener;
}

/** Makes each repair once, however many findings it mends. */
async function repairAll(findings: readonly Finding[], treatment: Treatment): Promise<Outcomes> {
  const outcomes = new Map<Repair, Outcome>();
  for (const found of findings) {
    const { repair } = found;
    if (repair === undefined || outcomes.has(repair)) continue;
    const outcome = await repairOne(repair, treatment);
    if (outcome.problem !== undefined) treatment.listener.failed(found, outcome.problem);
    outcomes.set(repair, outcome);
  }
  return outcomes;
}

async function repairOne(repair: Repair, { context, flags, listener }: Treatment): Promise<Outcome> {
  const decision = decide(repair.kind, flags, context.io.stdinIsTerminal);
  if (decision === "no" || (decision === "ask" && !(await listener.agrees(repair.question)))) return {};
  try {
    return { changes: await repair.perform() };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function afterwards(found: Finding, outcomes: Outcomes): Treated {
  const { changes, problem } = (found.repair && outcomes.get(found.repair)) ?? {};
  return { ...found, repaired: changes !== undefined, ...(problem !== undefined && { problem }) };
}
