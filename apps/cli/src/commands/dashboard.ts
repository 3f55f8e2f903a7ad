import { findLocalTarget } from "../connection/open-gateway.ts";
import { printJson, tell, type CommandContext } from "../context.ts";
import { CliFailure } from "../failure.ts";
import { dashboardUrl } from "../local/dashboard.ts";

interface Options {
  /** `false` after `--no-open`. */
  readonly open?: boolean;
  readonly json?: boolean;
}

/**
 * `dashboard`: the address of the Control UI with what it logs in with, and on a terminal the page itself. The browser
 * is started with the bare address: other users can see the arguments of a program.
 */
export async function run(context: CommandContext, options: Options): Promise<number> {
  const { io, program } = context;
  const { url: gatewayUrl, token } = findLocalTarget(context);
  const address = dashboardUrl(context, gatewayUrl);
  if (address === "disabled") {
    const hint = `${program} config set gateway.controlUi.enabled true`;
    throw new CliFailure("the Control UI is switched off", { code: "disabled", hint });
  }
  const url = token === undefined ? address : `${address}#token=${encodeURIComponent(token)}`;
  const mayOpen = options.open !== false && !options.json && io.stdout.isTerminal;
  const opened = mayOpen && (await io.openPage(address));
  if (options.json) printJson(io, { url, opened });
  else {
    tell(io, `Dashboard URL: ${url}`, "Copy to clipboard unavailable.");
    tell(
      io,
      opened ? "Opened in the browser. It asks for the token: use the URL above." : notOpened(options),
    );
  }
  return 0;
}

function notOpened({ open }: Options): string {
  return open === false
    ? "Browser launch disabled (--no-open). Use the URL above."
    : "No browser to open it in. Use the URL above.";
}
