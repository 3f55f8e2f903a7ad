import { expect, test } from "vitest";
import { startTestAgents } from "../testing/index.ts";

test("T-DOS-06 a model sees the newest lines that are not too many bytes together, its question in any case", async () => {
  await using t = await startTestAgents({ limits: { transcriptReadBytes: 4_000 } });
  const count = async (message: string) => (await t.ask({ message })).text;
  for (const size of [3_000, 10]) await t.ask({ message: `@say noted\n${"x".repeat(size)}` });
  expect(await count("@say @count")).toBe("4");
  expect(await count(`@say @count\n${"x".repeat(5_000)}`)).toBe("1");
});
