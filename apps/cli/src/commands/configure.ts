import type { CommandContext } from "../context.ts";
import type { OnboardFlags } from "../onboarding/flags.ts";
import { onboard } from "../onboarding/onboard.ts";

/** `configure`: changes what the flags name, or a person answers, and leaves the rest. Docs: onboarding.md#configure */
export async function run(context: CommandContext, flags: OnboardFlags): Promise<number> {
  return onboard(context, flags, "configure");
}
