import type { ConnectParams } from "@openclaw/protocol";

type Client = Pick<ConnectParams["client"], "id" | "mode">;

/** The web UI this gateway serves. */
export function isControlUi({ id }: Client): boolean {
  return id === "openclaw-control-ui";
}

/** A client that lives in a browser page and therefore always has an `Origin`. */
export function isWebClient(client: Client): boolean {
  return isControlUi(client) || client.id === "webchat-ui" || client.mode === "webchat";
}

/** A program of the gateway's own machine that talks to it without a device, such as one CLI command calling home. */
export function isLocalBackend({ id, mode }: Client): boolean {
  return id === "gateway-client" && mode === "backend";
}

/** The command line tool. */
export function isCommandLine({ id, mode }: Client): boolean {
  return id === "cli" && mode === "cli";
}
