import { expect } from "vitest";
import type { Desk } from "./desk.ts";

/** Types one command and looks for what the page promises. */
type Act = (desk: Desk, line: string) => Promise<void>;

/** One block of the page. */
export interface Scene {
  readonly about: string;
  /** What an operator has done before who comes to this block. */
  before?(desk: Desk): Promise<void>;
  /** Its commands in order, and what each has to show. */
  readonly acts: readonly (readonly [command: string, act: Act])[];
}

const UNIT = "openclaw-gateway.service";
const PORT = 18_789;

/** Every block of the page, in its order; a block that is missing here, or is another one, fails the test. */
export const SCENES: readonly Scene[] = [
  {
    about: "start the gateway",
    acts: [
      ["openclaw gateway --port 18789", serves(PORT)],
      ["openclaw gateway --port 18789 --verbose", mirrorsDebugLines],
      ["openclaw gateway --force", takesThePort],
    ],
  },
  {
    about: "see that it runs",
    acts: [
      ["openclaw gateway status", shows(/^Runtime: running .*\nRPC probe: ok$/m)],
      ["openclaw status", shows(/Gateway +│ local · ws:\/\/127\.0\.0\.1:18789 .* reachable \d+ms/)],
      ["openclaw logs --follow", follows],
    ],
  },
  {
    about: "see that the channels are ready",
    acts: [["openclaw channels status --probe", shows(/^Gateway reachable\.$/m)]],
  },
  {
    about: "operator commands",
    acts: [
      ["openclaw gateway status", shows(/^Runtime: running .*\nRPC probe: ok$/m)],
      ["openclaw gateway status --deep", shows(/^Runtime: running .*\nRPC probe: ok$/m)],
      ["openclaw gateway status --json", tellsPrograms],
      ["openclaw gateway install", installs],
      ["openclaw gateway restart", restarts],
      ["openclaw gateway stop", stops],
      // It is stopped now: nothing but the gateway answers for it, and the command says so at once.
      ["openclaw logs --follow", shows(/^Gateway not reachable\.[^]*closed \(1006[^]*^Next: /m, 1)],
      ["openclaw doctor", mends],
    ],
  },
  {
    about: "remote access",
    acts: [["ssh -N -L 18789:127.0.0.1:18789 user@host", tunnels]],
  },
  {
    about: "service",
    before: async (desk) => void (await desk.type("openclaw gateway uninstall")),
    acts: [
      ["openclaw gateway install", installs],
      [
        "openclaw gateway status",
        shows(
          /^Service: systemd \(enabled\)$[^]*^Runtime: running \(pid \d+, state active.*\nRPC probe: ok$/m,
        ),
      ],
      ["openclaw gateway restart", restarts],
      ["openclaw gateway stop", stops],
    ],
  },
  {
    about: "several gateways",
    acts: [
      [
        "OPENCLAW_CONFIG_PATH=~/.openclaw/a.json OPENCLAW_STATE_DIR=~/.openclaw-a openclaw gateway --port 19001",
        serves(19_001),
      ],
      [
        "OPENCLAW_CONFIG_PATH=~/.openclaw/b.json OPENCLAW_STATE_DIR=~/.openclaw-b openclaw gateway --port 19002",
        standsBesideTheFirst,
      ],
    ],
  },
  {
    about: "dev profile",
    before: (desk) => desk.leave(),
    acts: [
      ["openclaw --dev setup", shows(/^Config OK: |^Wrote /m)],
      ["openclaw --dev gateway --allow-unconfigured", isApart],
      ["openclaw --dev status", shows(/Gateway +│ local · ws:\/\/127\.0\.0\.1:19001 .* reachable \d+ms/)],
    ],
  },
  {
    about: "readiness",
    before: async (desk) => {
      await desk.leave();
      await desk.type("openclaw gateway start");
    },
    acts: [
      ["openclaw gateway status", shows(/^Runtime: running .*\nRPC probe: ok$/m)],
      ["openclaw channels status --probe", shows(/^Gateway reachable\.$/m)],
      ["openclaw health", shows(/^Agents: main \(default\)$/m)],
    ],
  },
  {
    about: "everything at once",
    acts: [
      ["openclaw status --all", shows(/^✓ Gateway: answers at ws:\/\/127\.0\.0\.1:18789$/m)],
      ["openclaw gateway probe", shows(/^Reachable: yes$/m)],
      ["openclaw status --json --strict", tellsPrograms],
    ],
  },
  {
    about: "changing the configuration",
    acts: [
      ['openclaw config set ui.seamColor "#112233" --dry-run', shows(/^Would update ui\.seamColor\.$/m)],
      ['openclaw config set ui.seamColor "#112233"', shows(/^Updated ui\.seamColor\.\nApplied live\.$/m)],
      ["openclaw config history", shows(/│ ui +│/)],
      ["openclaw config rollback", shows(/^Restored [0-9a-f]{12} of .*\n[-~] ui/m)],
    ],
  },
];

function shows(pattern: RegExp, code = 0): Act {
  return async (desk, line) => expect(await desk.type(line, code)).toMatch(pattern);
}

function serves(port: number): Act {
  return async (desk, line) => {
    expect(await desk.bootId(port)).toBeUndefined();
    const terminal = desk.open(line);
    await terminal.see(new RegExp(`listening on ws://127\\.0\\.0\\.1:${port}`));
    expect(await desk.bootId(port)).toBeDefined();
  };
}

async function mirrorsDebugLines(desk: Desk, line: string): Promise<void> {
  const traffic = /res ✓ health/;
  const quiet = desk.last;
  await desk.type("openclaw health");
  await desk.leave();
  expect(quiet.text).not.toMatch(traffic);
  await serves(PORT)(desk, line);
  await desk.type("openclaw health");
  await desk.last.see(traffic);
}

async function takesThePort(desk: Desk, line: string): Promise<void> {
  const before = desk.last;
  const [, pid] = await before.see(/listening on .*\(PID (\d+)\)/);
  const bootId = await desk.bootId(PORT);
  const terminal = desk.open(line);
  await terminal.see(
    new RegExp(`force: killed pid ${pid} .* on port ${PORT}[^]*listening on ws://127\\.0\\.0\\.1:${PORT}`),
  );
  // It was asked to stop, not only killed.
  expect(await before.ended).toBe(0);
  expect(before.text).toContain("shutting down");
  expect(await desk.bootId(PORT)).not.toBe(bootId);
}

async function follows(desk: Desk, line: string): Promise<void> {
  const terminal = desk.machine.type(line);
  await terminal.see(/listening on ws:\/\/127\.0\.0\.1:18789/);
  await desk.type('openclaw config set ui.seamColor "#445566"');
  await terminal.see(/config change applied .*ui/);
  expect(await terminal.interrupt()).toBe(130);
}

async function tellsPrograms(desk: Desk, line: string): Promise<void> {
  const told = JSON.parse(await desk.type(line)) as { readonly rpc?: object; readonly gateway: object };
  if (told.rpc === undefined) expect(told.gateway).toMatchObject({ reachable: true });
  else expect(told).toMatchObject({ rpc: { ok: true }, gateway: { port: PORT } });
}

async function installs(desk: Desk, line: string): Promise<void> {
  await desk.leave();
  expect(await desk.bootId(PORT)).toBeUndefined();
  const text = await desk.type(line);
  expect(text).toMatch(/^Installed systemd service: .*openclaw-gateway\.service$/m);
  expect(await desk.bootId(PORT)).toBeDefined();
  expect((await desk.machine.run(`systemctl --user is-active ${UNIT}`)).stdout).toBe("active\n");
}

async function restarts(desk: Desk, line: string): Promise<void> {
  const before = await desk.bootId(PORT);
  expect(before).toBeDefined();
  expect(await desk.type(line)).toContain(`Restarted systemd service: ${UNIT}`);
  const after = await desk.bootId(PORT);
  expect(after).toBeDefined();
  expect(after).not.toBe(before);
}

async function stops(desk: Desk, line: string): Promise<void> {
  expect(await desk.bootId(PORT)).toBeDefined();
  expect(await desk.type(line)).toContain(`Stopped systemd service: ${UNIT}`);
  expect(await desk.bootId(PORT)).toBeUndefined();
  expect((await desk.machine.run(`systemctl --user is-active ${UNIT}`)).stdout).toBe("inactive\n");
  expect((await desk.machine.run("pgrep openclaw")).stdout).toBe("");
  expect(await desk.type("openclaw gateway status")).toContain(
    "Next: start it with: openclaw gateway start\n",
  );
}

async function mends(desk: Desk, line: string): Promise<void> {
  const terminal = desk.machine.type(line);
  await terminal.see(/Start the gateway service now\? \[Y\/n\]/);
  terminal.press("\r");
  expect(await terminal.ended, terminal.text).toBe(0);
  expect(await desk.bootId(PORT)).toBeDefined();
  expect(await desk.type(line)).not.toContain("Fix:");
}

async function tunnels(desk: Desk, line: string): Promise<void> {
  const { laptop } = desk;
  // Not to be reached but through the tunnel.
  expect((await laptop.run("curl -s http://host:18789/healthz")).code).toBe(7);
  expect(await desk.bootId(PORT, laptop)).toBeUndefined();
  const terminal = laptop.type(line);
  await expect.poll(() => desk.bootId(PORT, laptop), { timeout: 30_000 }).toBeDefined();
  expect(await desk.bootId(PORT, laptop)).toBe(await desk.bootId(PORT));
  const token = (await desk.type("openclaw config get gateway.auth.token --reveal")).trim();
  expect(token).toMatch(/^[0-9a-f]{48}$/);
  const status = (secret: string) =>
    desk.type(`openclaw gateway status --url ws://127.0.0.1:18789 --token ${secret}`, 0, laptop);
  expect(await status(token)).toContain("RPC probe: ok");
  expect(await status("wrong")).toMatch(/RPC probe: failed[^]*unauthorized/);
  await terminal.interrupt();
  expect(await desk.bootId(PORT, laptop)).toBeUndefined();
}

async function standsBesideTheFirst(desk: Desk, line: string): Promise<void> {
  const first = desk.last;
  await serves(19_002)(desk, line);
  const ids = await Promise.all([19_001, 19_002].map((port) => desk.bootId(port)));
  expect(new Set(ids).size).toBe(2);
  const files = ["a.json", "b.json", "../.openclaw-a/gateway.sqlite", "../.openclaw-b/gateway.sqlite"];
  expect((await desk.machine.run(`cd ~/.openclaw && ls ${files.join(" ")}`)).code).toBe(0);
  expect(await first.interrupt()).toBe(0);
  expect(await desk.bootId(19_001)).toBeUndefined();
  expect(await desk.bootId(19_002)).toBe(ids[1]);
}

// The workspaces of all profiles lie side by side there.
const FINGERPRINT = "find ~/.openclaw -type f -not -path '*/workspace-dev/*' | sort | xargs sha256sum";

async function isApart(desk: Desk, line: string): Promise<void> {
  const { machine } = desk;
  const before = (await machine.run(FINGERPRINT)).stdout;
  expect(before).toContain("openclaw.json");
  await serves(19_001)(desk, line);
  expect((await machine.run(FINGERPRINT)).stdout).toBe(before);
  expect((await machine.run("ls ~/.openclaw-dev/openclaw.json")).code).toBe(0);
}
