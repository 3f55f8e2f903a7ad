import { isTruthy } from "@openclaw/config";

import { complain, type CommandContext } from "../context.ts";
import { CliFailure } from "../failure.ts";
import { canAsk } from "../removal/agreement.ts";
import { modeOf, type OnboardFlags } from "./flags.ts";
import type { OnboardingKind } from "./onboarded.ts";

/** What whoever sets up a gateway has to know. */
const RISK =
  "An agent acts with the rights of this account: what it is told, by you or by what it reads, can make it read files, run commands and send messages.";

/** Fails where nobody may write the configuration, or nobody can be asked. @throws {CliFailure} */
export function checkCircumstances(context: CommandContext, flags: OnboardFlags, kind: OnboardingKind): void {
  if (isTruthy(context.io.env["OPENCLAW_NIX_MODE"])) {
    const message = "the configuration is managed from outside (OPENCLAW_NIX_MODE)";
    throw new CliFailure(message, { code: "usage", hint: "change it where it is managed" });
  }
  if (canAsk(context, flags) || flags.nonInteractive === true || flags.json === true) return;
  throw new CliFailure(`${kind} asks questions, and here nobody can answer: add --non-interactive`, {
    code: "usage",
  });
}

/**
 * Whether the risk of an agent on this machine is taken: said by flag, or by a person.
 *
 * @throws {CliFailure} nobody can be asked
 */
export async function acceptsRisk(context: CommandContext, flags: OnboardFlags): Promise<boolean> {
  const { mode } = context.loaded.config.gateway ?? {};
  if (flags.acceptRisk === true || modeOf(flags, flags.reset === true ? undefined : mode) === "remote")
    return true;
  if (canAsk(context, flags)) {
    complain(context.io, RISK);
    return /^\s*y/i.test(await context.io.ask("Go on? [y/N] "));
  }
  throw new CliFailure(
    "a gateway on this machine takes a risk that somebody has to accept: add --accept-risk",
    {
      code: "usage",
      details: [RISK],
    },
  );
}
