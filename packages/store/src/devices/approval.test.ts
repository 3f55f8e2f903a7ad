import { once } from "node:events";
import { createInterface } from "node:readline";
import { afterAll, describe, expect, test } from "vitest";
import { bundleStore } from "../../test/bundle.ts";
import { tempFolder } from "../../test/temp-folder.ts";
import { openStore } from "../open-store.ts";

const bundle = await bundleStore();
afterAll(() => bundle[Symbol.asyncDispose]());

/** Files and approves one device after the other, and says when the request and when the approval is durable. */
const APPROVER = `
  import { openStore } from "./store.mjs";
  const store = await openStore({ path: process.argv[1] });
  for (let n = Number(process.argv[2]); ; n += 1) {
    const names = { deviceId: "d" + n, publicKey: "k" + n };
    const times = { createdAtMs: n, approvedAtMs: n };
    const rights = { roles: ["operator"], scopes: [] };
    await store.devices.putPending({ requestId: "r" + n, ...names, role: "operator", ...rights, silent: false, isRepair: false, ts: n });
    console.log("filed " + n);
    await store.devices.approve("r" + n, { ...names, ...rights, approvedScopes: [], tokens: {}, ...times });
    console.log("approved " + n);
  }
`;

describe("a process that is killed while it approves", () => {
  test(
    "T-PAIR-15 leaves every device either waiting or paired, and forgets no approval it confirmed",
    { timeout: 120_000 },
    async () => {
      await using folder = await tempFolder();
      const path = folder.file("state.sqlite");
      const told: string[] = [];
      for (let round = 0; round < 20; round += 1) {
        const first = round * 10_000;
        const child = bundle.start(APPROVER, { args: [path, String(first)] });
        const closed = once(child, "close");
        for await (const line of createInterface({ input: child.stdout ?? process.stdin })) {
          told.push(line);
          // The approval is under way: in some rounds it has not begun to write, in others it is nearly done.
          if (line === `filed ${first + 50}`) setTimeout(() => child.kill("SIGKILL"), round % 4);
        }
        await closed;
      }
      const numbers = (word: string) =>
        told.flatMap((line) => (line.startsWith(word) ? [line.split(" ")[1]] : []));
      expect(numbers("approved").length).toBeGreaterThanOrEqual(1_000);
      const store = await openStore({ path });
      expect(store.recovery).toBeUndefined();
      const paired = new Set((await store.devices.devices()).map(({ deviceId }) => deviceId));
      const pending = new Set((await store.devices.pending()).map(({ deviceId }) => deviceId));
      expect([...pending].filter((deviceId) => paired.has(deviceId))).toEqual([]);
      const isKept = (number: string | undefined) => paired.has(`d${number}`) || pending.has(`d${number}`);
      expect(numbers("filed").filter((number) => !isKept(number))).toEqual([]);
      expect(numbers("approved").filter((number) => !paired.has(`d${number}`))).toEqual([]);
      expect(await store.verify()).toEqual({ ok: true, problems: [] });
      await store.close();
    },
  );
});
