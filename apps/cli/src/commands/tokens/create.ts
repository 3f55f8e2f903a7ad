import { createNamedToken } from "@openclaw/config";

import { complain, print, printJson, type CommandContext } from "../../context.ts";
import { CliFailure } from "../../failure.ts";
import { parseDuration } from "../../output/duration.ts";
import { addEntry, tokenEntries, type TokenEntry } from "./entries.ts";
import { parseScopes } from "./scopes.ts";

interface Options {
  readonly name: string;
  readonly scope?: readonly string[];
  readonly role?: string;
  readonly expires?: string;
  readonly cidr?: readonly string[];
  readonly json?: boolean;
}

/**
 * `tokens create`: adds the hash to the configuration and prints the text, alone on stdout and never again.
 *
 * Docs: configuration.md#named-tokens
 */
export async function run(context: CommandContext, options: Options): Promise<number> {
  const { io, program } = context;
  const { name } = options;
  if (tokenEntries(context).some((entry) => entry.name === name)) {
    const hint = `${program} tokens revoke ${name}`;
    throw new CliFailure(`there is a token ${name} already`, { code: "usage", hint });
  }
  const rights = rightsOf(options, io.now());
  const { text, hash } = createNamedToken(name);
  const path = await addEntry(context, { name, hash, ...rights });
  if (options.json) printJson(io, { name, token: text, ...rights, path });
  else {
    print(io, text);
    complain(
      io,
      "Shown only now. The client sends it as its gateway token; a running gateway takes it within a second.",
    );
  }
  return 0;
}

function rightsOf({ role = "operator", scope, expires, cidr }: Options, now: number) {
  if (role !== "operator" && role !== "node") {
    throw new CliFailure(`invalid --role: ${role} (use operator or node)`, { code: "usage" });
  }
  // What nodes may do is no matter of scopes.
  const scopes = role === "node" ? [...(scope ?? [])] : parseScopes(scope ?? ["read"]);
  return {
    role,
    scopes: [...scopes],
    ...(expires !== undefined && { expiresAt: new Date(now + durationMs(expires)).toISOString() }),
    ...(cidr !== undefined && { cidr: cidr.flatMap((text) => text.split(",")).map((block) => block.trim()) }),
  } satisfies Partial<TokenEntry>;
}

function durationMs(text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined && ms > 0) return ms;
  throw new CliFailure(`invalid --expires: ${text} (use a duration such as 12h or 30d)`, { code: "usage" });
}
