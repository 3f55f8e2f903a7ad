import {
  type ConfigDescription,
  describeConfig,
  parseConfigPath,
  partChildren,
  reloadKind,
  schemaPart,
} from "@openclaw/config";
import { invalidRequest } from "@openclaw/protocol";
import { defineMethods, type MethodHandlers } from "@openclaw/rpc-server";
import type { GatewayContext } from "../context.ts";
import { GATEWAY_VERSION } from "../version.ts";

interface Described extends ConfigDescription {
  /** ISO time. */
  readonly at: string;
}

/** What can be configured. */
export function schemaMethods(context: GatewayContext): MethodHandlers {
  // It never changes while we run, so it is made once, when somebody first asks.
  let described: Promise<Described> | undefined;
  const description = (): Promise<Described> =>
    (described ??= describeConfig().then((found) => ({
      ...found,
      at: new Date(context.now()).toISOString(),
    })));

  return defineMethods({
    "config.schema": async () => {
      const { schema, hints, at } = await description();
      return { schema, uiHints: hints, version: GATEWAY_VERSION, generatedAt: at };
    },

    "config.schema.lookup": async ({ params }) => {
      const parsed = params.path === "" ? { ok: true as const, path: [] } : parseConfigPath(params.path);
      if (!parsed.ok) throw invalidRequest(`invalid config.schema.lookup params: ${parsed.message}`);
      const { schema, hints } = await description();
      const part = schemaPart(schema, parsed.path);
      if (part === undefined) throw invalidRequest(`unknown config path: ${params.path.slice(0, 200)}`);
      const path = parsed.path.join(".");
      const hint = hints[path];
      const children = partChildren(part).map(([name, child]) => ({
        path: path === "" ? name : `${path}.${name}`,
        type: typeof child["type"] === "string" ? child["type"] : "any",
      }));
      const reload = reloadKind([parsed.path]);
      return { path, schema: part, reload, ...(hint !== undefined && { uiHint: hint }), children };
    },
  });
}
