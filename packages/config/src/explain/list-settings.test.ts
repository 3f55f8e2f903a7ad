import { describe, expect, test } from "vitest";
import { describeConfig, schemaPart } from "../schema/describe-config.ts";
import { listSettings } from "./list-settings.ts";

const settings = listSettings({ stateDir: "$STATE", auditPath: "$STATE/audit" });

describe("the list of all settings", () => {
  test("tells type, default, what a change needs, and whether it is a secret", () => {
    const byPath = new Map(settings.map((setting) => [setting.path, setting]));
    expect(byPath.get("gateway.port")).toEqual({
      path: "gateway.port",
      type: "number",
      default: 18789,
      reload: "restart",
      sensitive: false,
    });
    expect(byPath.get("gateway.auth.token")).toMatchObject({ reload: "hot", sensitive: true });
    expect(byPath.get("gateway.trustedProxies")).toMatchObject({ type: "list of string", default: [] });
    expect(byPath.get("agents.defaults.model")).toMatchObject({ type: "string or object" });
    expect(byPath.get("agents.defaults.model.primary")).toMatchObject({ type: "string" });
  });

  test("holds every secret and every value of the described schema, and nothing that is not in it", async () => {
    const { schema, hints } = await describeConfig();
    const listed = new Set(settings.map(({ path }) => path));
    for (const path of listed)
      expect([path, schemaPart(schema, path.split("."))]).not.toEqual([path, undefined]);
    expect(listed.size).toBe(settings.length);
    const secrets = Object.entries(hints).flatMap(([path, hint]) => (hint.sensitive ? [path] : []));
    expect(secrets.length).toBeGreaterThan(10);
    const hidden = settings.filter(({ sensitive }) => sensitive).map(({ path }) => path);
    expect(hidden).toEqual(expect.arrayContaining(secrets));
    // A described name that is no row is a section: it has rows below it, or is a list of values.
    const above = new Set(
      [...listed].flatMap((path) => path.split(".").map((_, at, keys) => keys.slice(0, at).join("."))),
    );
    for (const path of Object.keys(hints))
      expect([path, listed.has(path) || above.has(path)]).toEqual([path, true]);
  });
});
