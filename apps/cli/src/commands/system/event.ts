import { patient, type ConnectionFlags } from "../../connection/flags.ts";
import { withGateway } from "../../connection/open-gateway.ts";
import { print, printJson, type CommandContext } from "../../context.ts";
import { CliFailure } from "../../failure.ts";

interface Options extends ConnectionFlags {
  readonly text: string;
  readonly mode?: string;
  readonly json?: boolean;
}

/** `system event --text <text>`: a note that comes before the next message of the main session. */
export async function run(context: CommandContext, options: Options): Promise<number> {
  const { text, mode = "next-heartbeat", json } = options;
  if (mode !== "now" && mode !== "next-heartbeat") {
    throw new CliFailure(`invalid --mode: ${mode} (use now or next-heartbeat)`, { code: "usage" });
  }
  if (text.trim() === "") throw new CliFailure("--text is blank", { code: "usage" });
  const answer = await withGateway(context, patient(options), (client) =>
    client.request("wake", { mode, text }),
  );
  if (json) printJson(context.io, answer);
  else print(context.io, "ok");
  return 0;
}
