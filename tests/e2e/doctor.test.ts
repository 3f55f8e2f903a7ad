import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

import { collect, freePort, kill, TemporaryUser, waitFor } from "../support/gateway-process.ts";

const TOKEN = "a-token-for-the-doctor-0123456789abcdef";

interface Diagnosis {
  readonly ok: boolean;
  readonly findings: readonly { readonly code: string; readonly fix: string }[];
}

test("the doctor tells that no gateway runs; the command it prints starts one, and it is content", async () => {
  await using user = await TemporaryUser.create();
  const folder = join(user.home, ".openclaw");
  await mkdir(folder, { mode: 0o700 });
  const config = {
    gateway: { mode: "local", port: await freePort(), auth: { mode: "token", token: TOKEN } },
  };
  await writeFile(join(folder, "openclaw.json"), JSON.stringify(config), { mode: 0o600 });
  const diagnose = async () => JSON.parse((await user.openclaw(["doctor", "--json"])).stdout) as Diagnosis;

  expect(await diagnose()).toMatchObject({
    ok: false,
    findings: [{ code: "gateway-down", fix: "openclaw gateway" }],
  });
  const child = user.spawn(["gateway"]);
  await waitFor(collect(child), /listening on ws:/);
  expect(await diagnose()).toEqual({ ok: true, findings: [], changes: [] });

  const busy = await user.openclaw(["gateway", "run", "--check-store"]);
  expect(busy.code).toBe(1);
  expect(JSON.parse(busy.stdout)).toMatchObject({ ok: false, error: { code: "STATE_IN_USE" } });

  await kill(child, "SIGTERM");
  const before = await readdir(folder);
  const sound = await user.openclaw(["gateway", "run", "--check-store"]);
  expect(sound).toMatchObject({ code: 0, stderr: "" });
  expect(JSON.parse(sound.stdout)).toMatchObject({ ok: true, exists: true, problems: [] });
  expect(await readdir(folder)).toEqual(before);
});
