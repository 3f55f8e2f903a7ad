import type { CommandContext } from "../context.ts";

/** Address of the Control UI of the gateway on a port of this machine, or `disabled`. */
export function dashboardUrl({ loaded }: CommandContext, port: number): string {
  const { enabled = true, basePath = "" } = loaded.config.gateway?.controlUi ?? {};
  const path = basePath.replace(/^\/|\/$/g, "");
  return enabled ? `http://127.0.0.1:${port}/${path === "" ? "" : `${path}/`}` : "disabled";
}
