import { enableLinger, readLinger } from "@openclaw/service";

import type { CommandContext } from "../context.ts";
import { serviceHost } from "../service/own-service.ts";
import { agreed } from "./questions.ts";

/**
 * Offers a person to keep the service running when nobody is logged in; silent where it is, or where systemd does not
 * say. Docs: runbook.md#service
 *
 * @returns what became of it, in one sentence
 */
export async function offerLinger(context: CommandContext): Promise<readonly string[]> {
  const host = serviceHost(context);
  const { isOn, user, fix } = await readLinger(host);
  if (isOn !== false || !(await agreed(context, "Keep it running when you log out?"))) return [];
  return [(await enableLinger(host)) ? `Enabled systemd lingering for ${user}.` : `Run manually: ${fix}`];
}
