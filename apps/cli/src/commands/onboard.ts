import type { CommandContext } from "../context.ts";
import type { OnboardFlags } from "../onboarding/flags.ts";
import { onboard } from "../onboarding/onboard.ts";

/** `onboard`: everything a first start needs, and on demand the service. Docs: onboarding.md */
export async function run(context: CommandContext, flags: OnboardFlags): Promise<number> {
  return onboard(context, flags, "onboard");
}
