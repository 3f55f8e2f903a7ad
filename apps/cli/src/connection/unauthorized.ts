import { type GatewayTarget, readVariable } from "@openclaw/config";

import type { CommandContext } from "../context.ts";

/** What to type when a gateway does not take the credentials of a target. Docs: troubleshooting.md#connection-errors */
export function unauthorizedStep(context: CommandContext, { isTyped, source }: GatewayTarget): string {
  const { program } = context;
  const reveal = `${program} config get gateway.auth.token --reveal`;
  if (source === "cli --url") return `give the token that this prints on the gateway's machine: ${reveal}`;
  if (isTyped) return `leave --token and --password out, or give what this prints: ${reveal}`;
  if (source === "config gateway.remote.url")
    return `take the token that "openclaw config get gateway.auth.token --reveal" prints there: ${program} config set gateway.remote.token <token>`;
  const variable = shadowingVariable(context);
  return variable === undefined ? `see what the gateway takes: ${program} doctor` : `unset ${variable}`;
}

/** The variable of this shell whose credential goes before one that the configuration has, too. */
export function shadowingVariable({ io, loaded }: CommandContext): string | undefined {
  if (loaded.config.gateway?.auth === undefined) return undefined;
  return ["OPENCLAW_GATEWAY_TOKEN", "OPENCLAW_GATEWAY_PASSWORD"].find(
    (name) => readVariable(io.env, name) !== undefined,
  );
}
