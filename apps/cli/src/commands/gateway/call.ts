import type { ConnectionFlags } from "../../connection/flags.ts";
import { withGateway } from "../../connection/open-gateway.ts";
import { print, printJson, type CommandContext } from "../../context.ts";
import { CliFailure } from "../../failure.ts";

interface Options extends ConnectionFlags {
  readonly params?: string;
  readonly expectFinal?: boolean;
  readonly json?: boolean;
}

/** `gateway call <method>`: any RPC method with params as JSON. */
export async function run(
  context: CommandContext,
  options: Options,
  words: readonly string[],
): Promise<number> {
  const [method = ""] = words;
  const params = parseParams(options.params ?? "{}");
  const payload = await withGateway<unknown>(context, options, (client) =>
    options.expectFinal ? client.run(method, params).final : client.request(method, params),
  );
  if (!options.json) print(context.io, `Gateway call: ${method}`);
  printJson(context.io, payload ?? null);
  return 0;
}

function parseParams(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : "--params is not JSON";
    throw new CliFailure(message, { code: "usage", label: "SyntaxError: ", cause });
  }
}
