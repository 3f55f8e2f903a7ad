import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";

import { connect, startEmbedded } from "../support/embedded.ts";

test("the docs list as sent exactly the events a hello names", async () => {
  await using own = await startEmbedded();
  const client = await connect(own.address.url);
  const named = client.hello?.features.events;
  await client.close();
  const text = await readFile(new URL("../../docs/protocol.md", import.meta.url), "utf8");
  const section = text.split("\n## ").find((part) => part.startsWith("Events\n"));
  const rows = [...(section ?? "").matchAll(/^\| `([^`]+)` .*$/gm)];
  const sent = rows.filter(([row]) => !row.includes("| not sent yet")).map(([, name]) => name);
  expect(sent.length).toBeGreaterThan(10);
  expect([...sent].sort()).toEqual([...(named ?? [])].sort());
});
