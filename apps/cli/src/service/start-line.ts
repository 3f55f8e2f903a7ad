import { ServiceError } from "@openclaw/service";

import type { CommandContext } from "../context.ts";
import { ownService } from "./own-service.ts";

/**
 * What to type to start the gateway of this machine that does not run: a service is what is to be started where there is
 * one, not a gateway beside it that ends with its terminal. Looks at files alone: failures are to be quick, too.
 */
export async function startLine(context: CommandContext): Promise<string> {
  return `${context.program} gateway${(await hasService(context)) ? " start" : ""}`;
}

async function hasService(context: CommandContext): Promise<boolean> {
  try {
    return await ownService(context).supervisor.isExpected();
  } catch (error) {
    // A name that no service can have: there is none.
    if (error instanceof ServiceError) return false;
    throw error;
  }
}
