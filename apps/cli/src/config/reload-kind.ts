import type { Client } from "@openclaw/client";

/** What a change of a setting asks of a running gateway. */
export type ReloadKind = "hot" | "restart" | "none";

/** Asks the gateway, which plans what follows a change. Undefined for a setting it does not know. */
export async function reloadKind(client: Client, path: string): Promise<ReloadKind | undefined> {
  const found = await client.request("config.schema.lookup", { path }).catch(() => undefined);
  return found?.reload;
}
