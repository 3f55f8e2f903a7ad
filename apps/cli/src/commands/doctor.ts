import { openContext, print, type CommandContext } from "../context.ts";
import { boxes, printDiagnosis, printEnd, SILENT } from "../doctor/report.ts";
import { wantsRepairs, type DoctorFlags } from "../doctor/repair.ts";
import { runChecks } from "../doctor/run-checks.ts";

/**
 * `doctor`: looks for what is wrong and says what to type; changes something only when it is told to. Exit code 0 whatever
 * it finds, unless told otherwise. Docs: doctor.md#findings
 */
export async function run(context: CommandContext, flags: DoctorFlags): Promise<number> {
  if (flags.json !== true) print(context.io, "┌  OpenClaw doctor", "│");
  const diagnosis = await runChecks(context, flags, flags.json ? SILENT : boxes(context));
  if (flags.json) printDiagnosis(context, diagnosis);
  else printEnd(await openContext(context.io), diagnosis, wantsRepairs(flags));
  const isSick = diagnosis.findings.some(({ severity, repaired }) => severity === "error" && !repaired);
  return flags.strict === true && isSick ? 1 : 0;
}
