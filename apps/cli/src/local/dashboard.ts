import type { CommandContext } from "../context.ts";

/** Address of the Control UI of the gateway at a WebSocket address, or `disabled`. */
export function dashboardUrl({ loaded }: CommandContext, gatewayUrl: string): string {
  const { enabled = true, basePath = "" } = loaded.config.gateway?.controlUi ?? {};
  const path = basePath.replace(/^\/|\/$/g, "");
  return enabled ? `${gatewayUrl.replace(/^ws/, "http")}/${path === "" ? "" : `${path}/`}` : "disabled";
}
