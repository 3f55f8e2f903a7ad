import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import { createServer, type AddressInfo, type Server } from "node:net";
import { join } from "node:path";

import {
  createTestHome,
  freePort,
  type CommandResult,
  type ListedCommand,
  type TestHome,
} from "@openclaw/cli/testing";
import { beforeAll, describe, expect, test } from "vitest";

import { documentedAnswers, documentedTypes, type PrintedValue } from "../support/documented-answers.ts";
import { cli, collect, TemporaryUser } from "../support/gateway-process.ts";

const documented = documentedAnswers();
const types = documentedTypes();
let commands: readonly ListedCommand[];
beforeAll(async () => {
  await using home = await createTestHome();
  const tree = JSON.parse((await home.openclaw(["--help", "--json"])).stdout) as ListedCommand;
  commands = runningCommands(tree);
});

/** Every command that does something, except the gateway itself. */
function runningCommands(command: ListedCommand): ListedCommand[] {
  const isGateway = /^openclaw gateway( run)?$/.test(command.name);
  return [...(command.runs && !isGateway ? [command] : []), ...command.subcommands.flatMap(runningCommands)];
}

const nameOf = ({ name }: ListedCommand) => name.replace(/^openclaw /, "");

// What stands for the arguments of any command; the rest of the table is for those that need others.
const ARGUMENTS: Readonly<Record<string, string>> = {
  "<path>": "ui.seamColor",
  "<value>": '"#112233"',
  "<method>": "system-presence",
  "<role>": "operator",
  "<command>": "system.which",
};
const NOTHING_SUCH = "nothing-such";
const EXTRA_WORDS: Readonly<Record<string, readonly string[]>> = {
  "agents add": ["night"],
  "agents delete": ["night", "--force"],
  "approvals set": ["--file", "policies.json"],
  "config get": ["gateway.mode"],
  "devices clear": ["--yes"],
  // What they do in earnest would end the gateway that the others ask.
  onboard: ["--accept-risk", "--skip-health"],
  configure: ["--non-interactive", "--skip-health"],
  reset: ["--scope", "full", "--dry-run"],
  uninstall: ["--all", "--dry-run"],
  "models set": ["builtin/echo"],
};

/** A command line that is complete, with a deadline where there may be one. */
function lineOf(command: ListedCommand, timeoutMs: number): string[] {
  const name = nameOf(command);
  const given = (placeholder: string) => ARGUMENTS[placeholder] ?? NOTHING_SUCH;
  const words =
    name in EXTRA_WORDS
      ? (EXTRA_WORDS[name] ?? [])
      : command.words.filter((word) => word.startsWith("<")).map(given);
  const required = command.options
    .filter(({ required }) => required)
    .flatMap(({ flags }) => [/--[a-z-]+/.exec(flags)?.[0] ?? "", given(/<[a-z]+>/.exec(flags)?.[0] ?? "")]);
  return [...name.split(" "), ...words, ...required, "--json", ...deadline(command, timeoutMs)];
}

// `agent` counts seconds.
function deadline({ options }: ListedCommand, timeoutMs: number): string[] {
  const flags = options.find(({ flags }) => flags.startsWith("--timeout"))?.flags;
  if (flags === undefined) return [];
  return [
    "--timeout",
    flags.includes("<seconds>") ? String(Math.ceil(timeoutMs / 1_000)) : String(timeoutMs),
  ];
}

// Discovery waits for whoever is around.
const talksToGateway = (command: ListedCommand) =>
  deadline(command, 1).length > 0 && nameOf(command) !== "gateway discover";
// There is no supervisor here, and their failure has a form of its own.
const isAboutService = (command: ListedCommand) =>
  /^(gateway|daemon) (install|uninstall|start|stop|restart)$/.test(nameOf(command));
// They work on the file when no gateway answers.
const worksOnFile = (command: ListedCommand) =>
  /^(config .*|agents (add|delete)|models set)$/.test(nameOf(command));

interface Run extends CommandResult {
  readonly command: ListedCommand;
}

interface Circumstances {
  readonly env?: Readonly<Record<string, string>>;
  /** @default long enough for a gateway on any machine */
  readonly timeoutMs?: number;
}

async function runAll(home: TestHome, { env = {}, timeoutMs = 20_000 }: Circumstances): Promise<Run[]> {
  const runs: Run[] = [];
  for (const command of commands) {
    if (nameOf(command) === "approvals set")
      await writeFile(join(home.home, "policies.json"), '{"version":1}');
    runs.push({ command, ...(await home.openclaw(lineOf(command, timeoutMs), { env })) });
  }
  return runs;
}

function printed({ command, stdout, code }: Run): PrintedValue[] {
  const from = `${nameOf(command)} (exit code ${code})`;
  const { type = "never", isLines = false } = documented.get(nameOf(command)) ?? {};
  const texts = isLines ? stdout.trim().split("\n") : [stdout];
  const isFailure = (text: string) =>
    (JSON.parse(text) as { error?: { code?: string } } | null)?.error?.code !== undefined;
  return texts.map((text) => ({ from, text, type: isFailure(text) ? "Failure" : type }));
}

test("every command has a row in docs/command-output.md, and every row a command", () => {
  expect([...documented.keys()].sort()).toEqual(commands.map(nameOf).sort());
  expect(
    commands.filter(({ options }) => !options.some(({ flags }) => flags === "--json")).map(nameOf),
  ).toEqual([]);
});

describe("with a gateway that answers", () => {
  // Named after something that is not there.
  const REFUSED: Readonly<Record<string, string>> = {
    "approvals approve": "INVALID_REQUEST",
    "approvals deny": "INVALID_REQUEST",
    "devices approve": "not_found",
    "devices reject": "INVALID_REQUEST",
    "devices remove": "INVALID_REQUEST",
    "devices revoke": "INVALID_REQUEST",
    "devices rotate": "INVALID_REQUEST",
    "nodes approve": "INVALID_REQUEST",
    "nodes describe": "not_found",
    "nodes invoke": "not_found",
    "nodes reject": "INVALID_REQUEST",
    "nodes rename": "not_found",
  };

  test("every command prints what is documented, or why it was refused", async () => {
    await using user = await TemporaryUser.create();
    const gateway = await user.startGateway();
    await using home = await createTestHome();
    const state = join(user.home, ".openclaw-dev");
    const env = {
      OPENCLAW_STATE_DIR: state,
      OPENCLAW_CONFIG_PATH: join(state, "openclaw.json"),
      OPENCLAW_GATEWAY_PORT: String(gateway.port),
    };
    const runs = await runAll(home, { env });
    expect(codes(refused(runs))).toEqual(REFUSED);
    expect(types.undocumented(runs.flatMap(printed))).toEqual([]);
  });
});

/** Commands that could not do what they are for; those on the service are seen to be among them. */
function refused(runs: readonly Run[]): Run[] {
  const failed = runs.filter(({ code }) => code !== 0);
  const onService = (some: readonly Run[]) =>
    some.filter(({ command }) => isAboutService(command)).map(({ command }) => nameOf(command));
  expect(onService(failed)).toEqual(onService(runs));
  return failed.filter(({ command }) => !isAboutService(command));
}

/** Code of the failure that a command printed, by its name. */
function codes(runs: readonly Run[]): Record<string, unknown> {
  return Object.fromEntries(
    runs.map(({ command, stdout, stderr }) => [nameOf(command), errorCode(stdout) ?? stderr]),
  );
}

// A failure names itself in `error`, a report in a field of its own.
function errorCode(stdout: string): unknown {
  const { error, gateway, rpc, targets } = JSON.parse(stdout) as {
    error?: { code: string };
    gateway?: { errorCode?: string };
    rpc?: { errorCode?: string };
    targets?: readonly { connect: { errorCode: string } }[];
  };
  return error?.code ?? rpc?.errorCode ?? gateway?.errorCode ?? targets?.[0]?.connect.errorCode;
}

describe("with a port where", () => {
  test.each([
    ["nobody listens", "unreachable", nobody],
    ["the gateway wants another token", "unauthorized", otherToken],
    ["somebody listens and says nothing", "timeout", silence],
    ["another service answers", "foreign_service", webServer],
  ] as const)(
    "%s, every command that needs the gateway fails with %s, as JSON, and ends by itself",
    async (_, expected, start) => {
      await using place = await start();
      await using home = await createTestHome();
      await home.configure({
        gateway: {
          mode: "local",
          port: place.port,
          auth: { mode: "token", token: "test-token-of-24-characters" },
        },
      });
      const runs = await runAll(home, expected === "timeout" ? { timeoutMs: 100 } : {});
      const asking = runs.filter(({ command }) => talksToGateway(command) && !worksOnFile(command));
      expect(codes(asking)).toEqual(
        Object.fromEntries(asking.map(({ command }) => [nameOf(command), expected])),
      );
      const reports = asking.filter(({ code }) => code === 0).map(({ command }) => nameOf(command));
      expect(reports.sort()).toEqual(["daemon status", "gateway status", "status"]);
      const others = refused(runs).filter((run) => !asking.includes(run));
      // The only one that has nothing to say without a gateway.
      expect(codes(others)).toEqual({ "config diff": "not_found" });
      expect(types.undocumented(runs.flatMap(printed))).toEqual([]);
    },
  );
});

describe("as processes", () => {
  test.each([
    [["--help"]],
    [["--help", "--json"]],
    [["status"]],
    [["gateway", "status", "--json"]],
    [["gateway", "probe"]],
    [["health", "--json"]],
    [["config", "schema"]],
    [["nosuchcommand"]],
  ])("%j into a pipe that closes ends without a stack", async (words) => {
    await using user = await TemporaryUser.create();
    const env = { OPENCLAW_GATEWAY_PORT: String(await freePort()) };
    // `true` reads nothing: the pipe may be closed before the first byte.
    for (const reader of ["head -1", "true"]) {
      const line = `"${process.execPath}" "${cli}" ${words.join(" ")} | ${reader}`;
      const pipeline = spawn("sh", ["-c", line], { env: user.env(env), stdio: ["ignore", "pipe", "pipe"] });
      const output = collect(pipeline);
      await once(pipeline, "close");
      expect(output.text).not.toMatch(/\n\s+at |EPIPE|Uncaught/);
    }
  });
});

interface Place extends AsyncDisposable {
  readonly port: number;
}

async function nobody(): Promise<Place> {
  return { port: await freePort(), [Symbol.asyncDispose]: () => Promise.resolve() };
}

async function otherToken(): Promise<Place> {
  const user = await TemporaryUser.create();
  const { port } = await user.startGateway();
  return { port, [Symbol.asyncDispose]: () => user[Symbol.asyncDispose]() };
}

function silence(): Promise<Place> {
  return listening(createServer());
}

function webServer(): Promise<Place> {
  return listening(createHttpServer((_request, response) => response.end("another service")));
}

async function listening(server: Server): Promise<Place> {
  const sockets = new Set<{ destroy(): void }>();
  server.on("connection", (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // a TCP server has no other kind of address
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  return { port, [Symbol.asyncDispose]: close };
}
