import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  collect,
  freePort,
  hasTerminal,
  kill,
  root,
  TemporaryUser,
  waitFor,
} from "../support/gateway-process.ts";
import { Terminal } from "../support/terminal.ts";
import { ManagedUser, whyNoUserManager } from "../support/user-manager.ts";

const BIN = join(root, "node_modules/.bin");
const LISTENS = /\] listening on ws:\/\//;
const TAKEN = /another gateway instance is already listening[^]*EADDRINUSE/;
const TOKEN = "a-token-that-is-long-enough-for-tests";

/** What a shell was told and said. */
interface Said {
  readonly code: number | null;
  readonly text: string;
}

/** A person at a shell where `openclaw` is on the `PATH`. */
class Person implements AsyncDisposable {
  readonly user: TemporaryUser;
  readonly #gateways: ChildProcess[] = [];

  private constructor(user: TemporaryUser) {
    this.user = user;
  }

  static async create(): Promise<Person> {
    return new Person(await TemporaryUser.create());
  }

  env(): Record<string, string> {
    return this.user.env({ PATH: `${BIN}${delimiter}${process.env["PATH"] ?? ""}`, SHELL: "/bin/sh" });
  }

  /** Types lines; ends when the last of them has ended, or listens as a gateway. */
  async type(...lines: readonly string[]): Promise<Said> {
    const child = spawn("sh", ["-c", lines.join("\n")], {
      env: this.env(),
      cwd: this.user.home,
      detached: true,
    });
    this.#gateways.push(child);
    const output = collect(child);
    const ended = once(child, "close").then(([code]) => (typeof code === "number" ? code : null));
    const code = await Promise.race([ended, waitFor(output, LISTENS).then(() => null)]);
    return { code, text: output.text };
  }

  /** Types a line that wants a person at the keyboard; gives what it showed. */
  async typeAtTerminal(line: string): Promise<string> {
    const child = spawn("script", ["-qec", line, "/dev/null"], { env: this.env(), cwd: this.user.home });
    const terminal = new Terminal(child);
    expect(await terminal.ended, terminal.text).toBe(0);
    return terminal.text.trim();
  }

  async write(path: string, value: unknown): Promise<void> {
    const file = join(this.user.home, path);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(file, JSON.stringify(value), { mode: 0o600 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#gateways) {
      // The shell may be gone, and its gateway with it.
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
      await kill(child, "SIGKILL");
    }
    await this.user[Symbol.asyncDispose]();
  }
}

/** The line that a failure tells to type: what stands behind `Next:`, or a finding's `Fix:`, and words that say why. */
function printedStep({ text }: Said): string {
  const lines = text.split("\n").map((line) => line.replaceAll("│", "").trim());
  const said = lines.filter((line) => /^(Next|Fix): /.test(line));
  expect(said, text).toHaveLength(1);
  const [, step = ""] = /^\w+: (?:.*: )?(.*)$/.exec(said[0] ?? "") ?? [];
  expect(step, text).toMatch(/^([A-Z_]+=\S+ )*openclaw |^unset /);
  return step;
}

const isUp = async (port: number) => {
  const answer = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined);
  return answer?.status === 200;
};

describe("a start that is refused prints the line that makes it possible", () => {
  /** Types a start that fails so, then what it prints, then the start again where the printed line was none. */
  async function mend(
    person: Person,
    line: string,
    o: { readonly port: number; readonly signature: RegExp; readonly code: number },
  ) {
    const failed = await person.type(line);
    expect(failed).toMatchObject({ code: o.code, text: expect.stringMatching(o.signature) });
    const step = printedStep(failed);
    const typed = await person.type(step);
    if (!LISTENS.test(typed.text)) {
      expect(typed).toMatchObject({ code: 0 });
      expect((await person.type(line)).text).toMatch(LISTENS);
    }
    expect(await isUp(o.port)).toBe(true);
    return step;
  }

  const WITHOUT_AUTH = /^refusing to bind gateway .* without auth/m;
  const BLOCKED = /^Gateway start blocked: set gateway\.mode=local/m;
  const open = { mode: "local", auth: { mode: "none" } };

  test("`refusing to bind gateway … without auth`, asked for by the configuration", async () => {
    await using person = await Person.create();
    const port = await freePort();
    await person.write(".openclaw/openclaw.json", { gateway: { ...open, port, bind: "lan" } });
    const step = await mend(person, "openclaw gateway", { port, signature: WITHOUT_AUTH, code: 78 });
    expect(step).toBe("openclaw config set gateway.bind loopback");
  });

  test("`refusing to bind gateway … without auth`, asked for by a flag", async () => {
    await using person = await Person.create();
    const port = await freePort();
    await person.write(".openclaw/openclaw.json", { gateway: open });
    const line = `openclaw gateway --port ${port} --bind lan`;
    const step = await mend(person, line, { port, signature: WITHOUT_AUTH, code: 78 });
    expect(step).toBe(`openclaw gateway --port ${port} --bind loopback`);
  });

  test.each([["remote"], [undefined]])("`Gateway start blocked`, with gateway.mode %s", async (mode) => {
    await using person = await Person.create();
    const port = await freePort();
    await person.write(".openclaw/openclaw.json", { gateway: { mode, port } });
    const step = await mend(person, "openclaw gateway", { port, signature: BLOCKED, code: 78 });
    expect(step).toBe("openclaw config set gateway.mode local");
  });

  test("`Gateway start blocked` of a second gateway: the printed line changes that one, not the first", async () => {
    await using person = await Person.create();
    const port = await freePort();
    await person.write(".openclaw/openclaw.json", { gateway: { mode: "remote" } });
    await person.write(".openclaw/a.json", { gateway: { mode: "remote" } });
    const variables = "OPENCLAW_CONFIG_PATH=~/.openclaw/a.json OPENCLAW_STATE_DIR=~/.openclaw-a";
    await mend(person, `${variables} openclaw gateway --port ${port}`, {
      port,
      signature: BLOCKED,
      code: 78,
    });
    const first = await readFile(join(person.user.home, ".openclaw/openclaw.json"), "utf8");
    expect(JSON.parse(first)).toEqual({ gateway: { mode: "remote" } });
  });

  test("`Missing config`, lost beside state that is left: the printed line writes one for that instance", async () => {
    await using person = await Person.create();
    const port = await freePort();
    await person.write(".openclaw-work/gateway.sqlite", {});
    await writeFile(join(person.user.home, ".openclaw-work/gateway.sqlite"), "");
    const step = await mend(person, `openclaw --profile work gateway --port ${port}`, {
      port,
      signature: /^Missing config\./m,
      code: 78,
    });
    expect(step).toBe("openclaw --profile work config set gateway.mode local");
  });

  test("`Missing config`, lost where its text is kept: the printed line puts it back", async () => {
    await using person = await Person.create();
    const port = await freePort();
    await person.write(".openclaw/openclaw.json", { gateway: open });
    expect(await person.type(`openclaw config set gateway.port ${port}`)).toMatchObject({ code: 0 });
    await rm(join(person.user.home, ".openclaw/openclaw.json"));
    await writeFile(join(person.user.home, ".openclaw/gateway.sqlite"), "");
    const step = await mend(person, "openclaw gateway", { port, signature: /^Missing config\./m, code: 78 });
    expect(step).toBe("openclaw config rollback");
  });

  test.each([
    ["a key that nobody knows", JSON.stringify({ gateway: { ...open, prot: 1 } })],
    ["text that is no configuration", `{ gateway: { mode: "local",`],
  ])("`Invalid config`, %s: the printed line repairs the file", async (_what, text) => {
    await using person = await Person.create();
    const port = await freePort();
    await person.write(".openclaw/openclaw.json", { gateway: open });
    // What is put back must have been there before.
    expect(await person.type(`openclaw config set gateway.port ${port}`)).toMatchObject({ code: 0 });
    await writeFile(join(person.user.home, ".openclaw/openclaw.json"), text, { mode: 0o600 });
    const line = `openclaw gateway --port ${port}`;
    const step = await mend(person, line, { port, signature: /^Invalid config at /m, code: 78 });
    expect(step).toBe("openclaw doctor --fix");
  });

  test("`Invalid config`, a value that only the operator knows: the printed line opens the file", async () => {
    await using person = await Person.create();
    const port = await freePort();
    await person.write(".openclaw/openclaw.json", { gateway: { ...open, port: "many" } });
    const editor = join(person.user.home, "editor");
    await writeFile(editor, `#!/bin/sh\nsed -i 's/"many"/${port}/' "$1"\n`, { mode: 0o755 });
    const line = `export EDITOR=${editor}\nopenclaw gateway`;
    const failed = await person.type(line);
    expect(failed).toMatchObject({ code: 78, text: expect.stringMatching(/^Invalid config at /m) });
    expect(printedStep(failed)).toBe("openclaw config edit");
    expect(await person.type(`export EDITOR=${editor}`, printedStep(failed))).toMatchObject({ code: 0 });
    expect((await person.type(line)).text).toMatch(LISTENS);
  });

  test("`gateway already running`: the printed line shows the one that does", async () => {
    await using person = await Person.create();
    const [port, other] = [await freePort(), await freePort()];
    await person.write(".openclaw/openclaw.json", { gateway: { mode: "local" } });
    expect((await person.type(`openclaw gateway --port ${port}`)).text).toMatch(LISTENS);
    const failed = await person.type(`openclaw gateway --port ${other}`);
    expect(failed).toMatchObject({ code: 1, text: expect.stringContaining("gateway already running") });
    const shown = await person.type(printedStep(failed));
    expect(shown).toMatchObject({ code: 0, text: expect.stringContaining("RPC probe: ok") });
    expect(shown.text).toContain(`Listening: 127.0.0.1:${port}`);
  });

  test("`another gateway instance is already listening`, which is a gateway of another profile", async () => {
    await using person = await Person.create();
    const port = await freePort();
    await person.type(`openclaw --profile other gateway --port ${port}`);
    const line = `openclaw gateway --port ${port}`;
    const step = await mend(person, line, { port, signature: TAKEN, code: 1 });
    expect(step).toBe(`openclaw gateway --port ${port} --force`);
  });

  test("`another gateway instance is already listening`, which is another program", async () => {
    await using person = await Person.create();
    const holder = spawn(process.execPath, ["-e", LISTENER], { stdio: ["ignore", "pipe", "ignore"] });
    const [, port = ""] = await waitFor(collect(holder), /^(\d+)$/m);
    const line = `openclaw gateway --port ${port}`;
    await mend(person, line, { port: Number(port), signature: TAKEN, code: 1 });
    expect(await kill(holder, "SIGKILL")).toBe("SIGTERM");
  });
});

const obstacle = whyNoUserManager();
const inTheWay = `a service in the way${obstacle === undefined ? "" : ` (skipped: ${obstacle})`}`;

describe.skipIf(obstacle !== undefined)(inTheWay, () => {
  test("`another gateway instance is already listening`: the printed line stops it where it is kept alive", async () => {
    await using user = await ManagedUser.create();
    const port = String(await freePort());
    expect(await user.openclaw("gateway", "install", "--port", port)).toMatchObject({ code: 0 });
    const failed = await user.openclaw("gateway", "--port", port);
    expect(failed).toMatchObject({ code: 1, stderr: expect.stringMatching(TAKEN) });
    expect(failed.stderr).not.toContain("Next: ");
    const [, step = ""] = /^Tip: openclaw (.*)$/m.exec(failed.stderr) ?? [];
    expect(await user.openclaw(...step.split(" "))).toMatchObject({ code: 0 });
    const line = user.command("gateway", "--port", port).join(" ");
    const started = await user.run(
      "sh",
      "-c",
      `${line} & until curl -sf http://127.0.0.1:${port}/healthz; do sleep 0.1; done; kill $!; wait $!`,
    );
    expect(started).toMatchObject({ code: 0, stdout: expect.stringMatching(LISTENS) });
  });
});

const LISTENER = `const server = require("net").createServer(); server.listen(0, "127.0.0.1", () => console.log(server.address().port));`;

describe("`unauthorized` prints the line that gets in", () => {
  const UNAUTHORIZED = /unauthorized: gateway token mismatch/;

  async function withGateway(flags = "") {
    const person = await Person.create();
    const port = await freePort();
    await person.write(".openclaw/openclaw.json", {
      gateway: { mode: "local", port, auth: { token: TOKEN } },
    });
    expect((await person.type(`openclaw gateway ${flags}`)).text).toMatch(LISTENS);
    return { person, port };
  }

  test("a variable of the shell has another token: without it the command works", async () => {
    const { person } = await withGateway();
    await using _person = person;
    const exported = "export OPENCLAW_GATEWAY_TOKEN=some-other-token-for-tests";
    const failed = await person.type(exported, "openclaw health");
    expect(failed).toMatchObject({ code: 1, text: expect.stringMatching(UNAUTHORIZED) });
    expect(printedStep(failed)).toBe("unset OPENCLAW_GATEWAY_TOKEN");
    expect(await person.type(exported, printedStep(failed), "openclaw health")).toMatchObject({ code: 0 });
  });

  test.skipIf(!hasTerminal)("another token was typed: the one that is printed works", async () => {
    const { person } = await withGateway();
    await using _person = person;
    const failed = await person.type("openclaw health --token some-other-token-for-tests");
    expect(failed).toMatchObject({ code: 1, text: expect.stringMatching(UNAUTHORIZED) });
    const token = await person.typeAtTerminal(printedStep(failed));
    expect(token).toBe(TOKEN);
    expect(await person.type(`openclaw health --token ${token}`)).toMatchObject({ code: 0 });
  });

  test("the gateway was started with another token than it is configured with: the doctor's line replaces it", async () => {
    const { person } = await withGateway("--token some-other-token-for-tests");
    await using _person = person;
    const failed = await person.type("openclaw health");
    expect(failed).toMatchObject({ code: 1, text: expect.stringMatching(UNAUTHORIZED) });
    expect(printedStep(failed)).toBe("openclaw doctor");
    const diagnosis = await person.type(printedStep(failed));
    expect((await person.type(printedStep(diagnosis))).text).toMatch(LISTENS);
    expect(await person.type("openclaw health")).toMatchObject({ code: 0 });
  });

  test("a remote gateway's token is another one: with that of its machine the command works", async () => {
    const { person, port } = await withGateway();
    await using _person = person;
    await using client = await Person.create();
    const remote = { url: `ws://127.0.0.1:${port}`, token: "some-other-token-for-tests" };
    await client.write(".openclaw/openclaw.json", { gateway: { mode: "remote", remote } });
    const failed = await client.type("openclaw health");
    expect(failed).toMatchObject({ code: 1, text: expect.stringMatching(UNAUTHORIZED) });
    const step = printedStep(failed);
    expect(step).toMatch(/<token>$/);
    expect(await client.type(step.replace("<token>", TOKEN))).toMatchObject({ code: 0 });
    expect(await client.type("openclaw health")).toMatchObject({ code: 0 });
  });
});
