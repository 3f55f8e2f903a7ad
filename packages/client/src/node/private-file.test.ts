import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import { replaceJson } from "./private-file.ts";

test("leaves nothing of a secret behind that could not be put in its place", async () => {
  const folder = await mkdtemp(join(tmpdir(), "openclaw-private-"));
  try {
    await mkdir(join(folder, "auth.json", "in-the-way"), { recursive: true });
    await expect(replaceJson(join(folder, "auth.json"), { token: "secret" })).rejects.toThrow();
    expect(await readdir(folder)).toEqual(["auth.json"]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
