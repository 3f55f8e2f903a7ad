import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { leaveSentinel, type SentinelPayload, takeSentinel } from "./restart-sentinel.ts";

const PAYLOAD: SentinelPayload = {
  kind: "config-patch",
  status: "ok",
  ts: 1,
  message: "colours",
  doctorHint: "Run: openclaw doctor --non-interactive",
  stats: { mode: "config.patch", root: "/x/openclaw.json" },
};

async function folder() {
  const path = await mkdtemp(join(tmpdir(), "sentinel-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

describe("takeSentinel", () => {
  test("tells once what was left last", async () => {
    await using dir = await folder();
    await leaveSentinel(dir.path, { ...PAYLOAD, message: "older" });
    await leaveSentinel(dir.path, { ...PAYLOAD, sessionKey: "agent:main:ops" });
    expect(await takeSentinel(dir.path)).toEqual({
      sessionKey: "agent:main:ops",
      text: "Gateway restart config-patch ok (config.patch)\ncolours\nRun: openclaw doctor --non-interactive",
    });
    expect(await takeSentinel(dir.path)).toBeUndefined();
    expect(await readdir(dir.path)).toEqual([]);
  });

  test("T-CFG-08 is for the owner only", async () => {
    await using dir = await folder();
    expect((await stat(await leaveSentinel(dir.path, PAYLOAD))).mode & 0o777).toBe(0o600);
  });

  test.each(["", "{", "null", '{"version":2,"payload":{}}', '{"version":1}', '{"version":1,"payload":null}'])(
    "removes a file it does not understand: %j",
    async (text) => {
      await using dir = await folder();
      await writeFile(join(dir.path, "restart-sentinel.json"), text);
      expect(await takeSentinel(dir.path)).toBeUndefined();
      expect(await readdir(dir.path)).toEqual([]);
    },
  );
});
