import { expect, test } from "vitest";
import { createConfigWarnings } from "./config-warnings.ts";

test("tells what a configuration warns of once, and again when that changes or comes back", () => {
  const lines: string[] = [];
  const { tell } = createConfigWarnings({ warn: (line) => void lines.push(line) });
  const one = { warnings: [{ path: "session.mainKey", message: "is ignored", line: 3 }] };
  const two = {
    warnings: [...one.warnings, { path: "plugins.allow.0", message: "plugin not found: ghost" }],
  };
  for (const config of [{ warnings: [] }, one, one, two, { warnings: [] }, one]) tell(config);
  const first = "- session.mainKey: is ignored (line 3)";
  expect(lines).toEqual([
    ...["Config warnings:", first],
    ...["Config warnings:", first, "- plugins.allow.0: plugin not found: ghost"],
    ...["Config warnings:", first],
  ]);
});
