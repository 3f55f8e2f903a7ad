import { displayPath } from "@openclaw/config";

import { findLocalTarget } from "../connection/open-gateway.ts";
import { complain, type CommandContext } from "../context.ts";
import { modeOf, type OnboardFlags, problemOf, type ValueFlag } from "./flags.ts";

/** What a person is asked for. */
export interface Interview {
  /** Whether this machine has a supervisor that could start the gateway, and does not yet. */
  readonly canInstall: boolean;
}

/**
 * Asks for what the flags leave open; Enter keeps what is shown. What is kept stays out of the flags, and so out of the
 * file.
 */
export async function askMissing(
  context: CommandContext,
  typed: OnboardFlags,
  interview: Interview,
): Promise<OnboardFlags> {
  const { mode } = context.loaded.config.gateway ?? {};
  const question = "Does the gateway run here (local) or elsewhere (remote)?";
  const shown = modeOf(typed, mode);
  const chosen = { ...typed, ...(await answer(context, typed, { name: "mode", question, shown })) };
  return modeOf(chosen, mode) === "remote"
    ? askRemote(context, chosen)
    : askLocal(context, chosen, interview);
}

async function askRemote(context: CommandContext, flags: OnboardFlags): Promise<OnboardFlags> {
  const { url: shown } = context.loaded.config.gateway?.remote ?? {};
  const url = await answer(context, flags, {
    name: "remoteUrl",
    question: "Address of the gateway?",
    ...(shown !== undefined && { shown }),
  });
  const question = "Its token (Enter for none, or the one that is saved)?";
  return { ...flags, ...url, ...(await askSecret(context, flags, { name: "remoteToken", question })) };
}

async function askLocal(
  context: CommandContext,
  flags: OnboardFlags,
  { canInstall }: Interview,
): Promise<OnboardFlags> {
  const { loaded, paths } = context;
  const { gateway = {}, agents } = loaded.config;
  const questions: readonly Question[] = [
    { name: "gatewayPort", question: "Port?", shown: new URL(findLocalTarget(context).url).port },
    {
      name: "gatewayBind",
      question: "Who may reach it: loopback, lan, tailnet, auto?",
      shown: gateway.bind ?? "loopback",
    },
    {
      name: "gatewayAuth",
      question: "What do clients show: token or password?",
      shown: gateway.auth?.mode ?? "token",
    },
  ];
  let answers = flags;
  for (const question of questions) answers = { ...answers, ...(await answer(context, answers, question)) };
  answers = { ...answers, ...(await askPassword(context, answers)) };
  const folder = agents?.defaults?.workspace ?? paths.workspaceDir;
  const shown = displayPath(folder, paths.home);
  const question = "Folder of the agent?";
  answers = { ...answers, ...(await answer(context, answers, { name: "workspace", question, shown })) };
  return canInstall ? { ...answers, ...(await askService(context, answers)) } : answers;
}

/** Whether a person agrees; Enter is yes. */
export async function agreed({ io }: CommandContext, question: string): Promise<boolean> {
  return !/^\s*n/i.test(await io.ask(`${question} [Y/n] `));
}

interface Question {
  readonly name: ValueFlag;
  readonly question: string;
  /** What Enter keeps; nothing is kept when it is empty. */
  readonly shown?: string;
}

async function answer(
  { io }: CommandContext,
  typed: OnboardFlags,
  { name, question, shown = "" }: Question,
): Promise<OnboardFlags> {
  if (typed[name] !== undefined) return {};
  for (;;) {
    const text = (await io.ask(`${question}${shown === "" ? "" : ` [${shown}]`} `)).trim();
    if (text === "" || text === shown) return {};
    const problem = problemOf(name, text);
    if (problem === undefined) return { [name]: text };
    complain(io, problem);
  }
}

async function askSecret(
  { io }: CommandContext,
  typed: OnboardFlags,
  { name, question }: Question,
): Promise<OnboardFlags> {
  if (typed[name] !== undefined) return {};
  const text = (await io.ask(`${question} `, "secret")).trim();
  return text === "" ? {} : { [name]: text };
}

async function askPassword(context: CommandContext, flags: OnboardFlags): Promise<OnboardFlags> {
  const { auth = {} } = context.loaded.config.gateway ?? {};
  if ((flags.gatewayAuth ?? auth.mode) !== "password") return {};
  const kept = auth.password === undefined ? "" : " (Enter for the one that is saved)";
  return askSecret(context, flags, { name: "gatewayPassword", question: `The password${kept}?` });
}

async function askService(
  context: CommandContext,
  { installDaemon, skipDaemon }: OnboardFlags,
): Promise<OnboardFlags> {
  if (installDaemon !== undefined || skipDaemon === true) return {};
  return { installDaemon: await agreed(context, "Have the system start it, now and from now on?") };
}
