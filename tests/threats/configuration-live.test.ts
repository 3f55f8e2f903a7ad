import { chmod, chown, mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Client } from "@openclaw/client";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { connect } from "../support/embedded.ts";
import { type GatewayProcess, TemporaryUser } from "../support/gateway-process.ts";
import { type Installation, installed, text } from "./support/installation.ts";

const beating = (seconds: number) =>
  text(`  agents: { defaults: { heartbeat: { every: "${seconds}s" } } },\n`, ", reload: { debounceMs: 0 }");
const health = async ({ client }: Pick<Installation, "client">) => client.request("health", { probe: true });
const seconds = async (own: Pick<Installation, "client">) => (await health(own)).heartbeatSeconds;
const put = async (path: string, content: string) => {
  await writeFile(`${path}.tmp`, content);
  await rename(`${path}.tmp`, path);
};
const isRoot = process.getuid?.() === 0;

describe.skipIf(process.getuid === undefined)("a file that somebody else could have written", () => {
  /** What an attacker would have the gateway run with. */
  const EVIL = 6_666;
  const DOUBT = /^config reload skipped \(untrusted file\): /;

  interface Attack {
    readonly name: string;
    readonly needsRoot?: true;
    /** Puts the attacker's text where the gateway reads. */
    readonly attack: (own: Installation) => Promise<unknown>;
    readonly reason: RegExp;
  }
  const ATTACKS: readonly Attack[] = [
    {
      name: "a file that everybody may write",
      attack: async ({ configPath }) => {
        await chmod(configPath, 0o666);
        await writeFile(configPath, beating(EVIL));
      },
      reason: /openclaw\.json can be written by others \(mode 0666\); run: chmod go-w /,
    },
    {
      name: "a link to a file that everybody may replace",
      attack: async ({ configPath, folder }) => {
        const open = join(folder, "open");
        await mkdir(open);
        await chmod(open, 0o777);
        await writeFile(join(open, "theirs.json"), beating(EVIL));
        await symlink(join(open, "theirs.json"), `${configPath}.link`);
        await rename(`${configPath}.link`, configPath);
      },
      reason: /open can be written by others \(mode 0777\)/,
    },
    {
      name: "a folder in which everybody may put a file",
      attack: async ({ configPath }) => {
        await chmod(join(configPath, ".."), 0o777);
        await put(configPath, beating(EVIL));
      },
      reason: /state can be written by others \(mode 0777\)/,
    },
    {
      name: "a file of another user",
      needsRoot: true,
      attack: async ({ configPath }) => {
        await writeFile(`${configPath}.theirs`, beating(EVIL));
        await chown(`${configPath}.theirs`, 12_345, 12_345);
        await rename(`${configPath}.theirs`, configPath);
      },
      reason: /belongs to another user \(uid 12345\); run: chown 0 /,
    },
  ];

  test.each(ATTACKS.filter(({ needsRoot }) => isRoot || needsRoot !== true))(
    "T-CFG-14 is not taken over, and why is told: $name",
    async ({ attack, reason }) => {
      await using own = await installed(beating(60));
      await attack(own);
      await expect
        .poll(async () => (await health(own)).configStatus)
        .toMatchObject({ state: "refused", reason: expect.stringMatching(reason) });
      expect(await seconds(own)).toBe(60);
      expect(own.log.filter((line) => DOUBT.test(line))).toHaveLength(1);

      // The operator puts it right: what is to be believed is taken over again.
      await chmod(join(own.configPath, ".."), 0o700);
      await rm(own.configPath);
      await put(own.configPath, beating(90));
      await expect.poll(() => seconds(own), { timeout: 10_000 }).toBe(90);
      expect((await health(own)).configStatus).toMatchObject({ state: "applied", issues: 0 });
    },
  );

  test("T-CFG-14 is told about at the start, and taken over once it is closed to others", async () => {
    await using own = await installed(beating(60));
    await chmod(own.configPath, 0o666);
    await writeFile(own.configPath, beating(90));
    await expect.poll(async () => (await health(own)).configStatus?.state).toBe("refused");
    await chmod(own.configPath, 0o644);
    await expect.poll(() => seconds(own), { timeout: 10_000 }).toBe(90);
  });

  test("T-CFG-14 through a storm of half texts, links, renames and attacks only whole, own texts are in force", async () => {
    await using own = await installed(beating(60));
    const { configPath, folder } = own;
    const meant = new Set([60]);
    const seen = new Set<number>();
    let isOver = false;
    const watching = (async () => {
      while (!isOver) {
        seen.add(await seconds(own));
        await pause(2);
      }
    })();
    const open = join(folder, "open");
    await mkdir(open);
    await chmod(open, 0o777);
    const whole = (round: number) => {
      meant.add(1_000 + round);
      return beating(1_000 + round);
    };
    const STEPS: readonly ((round: number) => Promise<unknown>)[] = [
      // Cut off, then written on piece by piece.
      async (round) => {
        const content = whole(round);
        for (const part of [0, 0.3, 0.6, 1]) {
          await writeFile(configPath, content.slice(0, content.length * part));
          await pause(round % 4);
        }
      },
      (round) => put(configPath, whole(round)),
      async (round) => {
        const target = join(folder, "home", "state", `target-${round}.json`);
        await writeFile(target, whole(round));
        await symlink(target, `${configPath}.link`);
        await rename(`${configPath}.link`, configPath);
      },
      () => rm(configPath, { force: true }),
      async (round) => {
        await writeFile(join(open, "theirs.json"), beating(EVIL + round));
        await symlink(join(open, "theirs.json"), `${configPath}.link`);
        await rename(`${configPath}.link`, configPath);
      },
      async (round) => {
        await writeFile(`${configPath}.theirs`, beating(EVIL + round));
        await chmod(`${configPath}.theirs`, 0o666);
        await rename(`${configPath}.theirs`, configPath);
      },
      () => put(configPath, "{ gateway: "),
    ];
    for (let round = 0; round < 140; round += 1) {
      const step = STEPS[(round * 5 + (round >> 3)) % STEPS.length];
      // What is written through a link is the target; the next step begins with a file of its own.
      if (round % 3 === 0) await rm(configPath, { force: true });
      await step?.(round);
      await pause(round % 7);
    }
    await rm(configPath, { force: true });
    await put(configPath, beating(77));
    meant.add(77);
    await expect.poll(() => seconds(own), { timeout: 10_000 }).toBe(77);
    isOver = true;
    await watching;
    expect([...seen].filter((value) => !meant.has(value))).toEqual([]);
    expect(seen.size).toBeGreaterThan(3);
    expect(own.restarts).toEqual([]);
  });
});

describe("a client that wants restarts in a loop", () => {
  let user: TemporaryUser;
  let gateway: GatewayProcess;
  beforeEach(async () => {
    user = await TemporaryUser.create();
    gateway = await user.startGateway();
  });
  afterEach(() => user[Symbol.asyncDispose]());

  const connected = () => connect(gateway.url, { auth: { token: gateway.token } });
  /** Wishes a hundred times at once, and gives the answers that came before the goodbye. */
  async function wishes(client: Client) {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 100 }, () => client.request("gateway.restart.request", {})),
    );
    return outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value.restart] : []));
  }
  const bootId = async (client: Client) => (await client.request("system.info", {})).bootId;

  /** A connection to the gateway that came after another one. */
  async function restarted(before: string): Promise<Client> {
    for (;;) {
      const client = await connected().catch(() => undefined);
      if (client !== undefined && (await bootId(client).catch(() => before)) !== before) return client;
      await client?.close();
      await pause(20);
    }
  }

  test("T-CFG-10 gets one of a hundred wishes, and the next not before 30 s are over", async () => {
    const client = await connected();
    const before = await bootId(client);
    const first = await wishes(client);
    expect(first.filter(({ coalesced }) => !coalesced)).toHaveLength(1);
    const again = await restarted(before);
    const after = await bootId(again);

    const second = await wishes(again);
    expect(second).toHaveLength(100);
    const [scheduled] = second;
    expect(scheduled?.cooldownMsApplied).toBeGreaterThan(15_000);
    expect(scheduled?.delayMs).toBeLessThanOrEqual(30_000);
    expect(second.filter(({ coalesced }) => !coalesced)).toHaveLength(1);
    expect(await bootId(again)).toBe(after);
    expect(gateway.output.text.split("restart mode: in-process restart")).toHaveLength(2);
    await again.close();
  });

  test("T-CFG-10 gets no more by writing what only a restart takes over", async () => {
    const client = await connected();
    const before = await bootId(client);
    const { hash = "" } = await client.request("config.get", {});
    const outcomes = await Promise.allSettled(
      Array.from({ length: 100 }, (_, index) =>
        client.request("config.patch", {
          raw: JSON.stringify({ discovery: { mdns: { mode: index % 2 === 0 ? "off" : "full" } } }),
          baseHash: hash ?? "",
          restartDelayMs: 0,
        }),
      ),
    );
    expect(outcomes.filter(({ status }) => status === "fulfilled").length).toBeLessThanOrEqual(1);
    const again = await restarted(before);
    await pause(500);
    expect(gateway.output.text.split("restart mode: in-process restart")).toHaveLength(2);
    await again.close();
  });
});
