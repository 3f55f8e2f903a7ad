import { connectNode } from "@openclaw/client/node";
import { expect, test } from "vitest";

import { Patient } from "../support/patient.ts";

interface Entry {
  readonly id: number;
  readonly kind: string;
  readonly actor: string;
  readonly address: string;
  readonly target?: string;
  readonly outcome: string;
  readonly detail?: string;
}

async function entries(patient: Patient, words = ""): Promise<readonly Entry[]> {
  const { stdout } = await patient.type(`openclaw audit --json ${words}`);
  return (JSON.parse(stdout) as { entries: readonly Entry[] }).entries;
}

test(
  "who did what is written down without secrets, for admins, and kept over a restart",
  { timeout: 60_000 },
  async () => {
    await using patient = await Patient.create();
    const gateway = await patient.typeGateway("openclaw gateway");
    await patient.type("openclaw health --token a-guess-0123456789");
    await patient.type("openclaw health --token another-guess-0123");
    await patient.type("openclaw config set ui.seamColor '\"#445566\"'");
    const url = `ws://127.0.0.1:${patient.port}`;
    const admin = await connectNode({ url, auth: { token: patient.token }, scopes: ["operator.admin"] });
    const { hash: baseHash } = await admin.request("config.get", {});
    const raw = '{ gateway: { port: "s3cret" } }';
    await expect(admin.request("config.patch", { raw, baseHash })).rejects.toThrow("invalid config");
    await admin.close();

    const first = await entries(patient);
    expect(first.map(({ kind, outcome, target }) => [kind, outcome, target ?? null]).reverse()).toEqual([
      ["gateway.started", "ok", null],
      ["auth.failed", "denied", null],
      ["pair.approved", "ok", expect.any(String)],
      ["token.issued", "ok", expect.any(String)],
      ["config.written", "ok", "config.set"],
      ["config.rejected", "denied", "config.patch"],
    ]);
    expect(first.map(({ id }) => id)).toEqual([6, 5, 4, 3, 2, 1]);
    const byKind = (kind: string) => first.find((entry) => entry.kind === kind);
    expect(byKind("auth.failed")).toMatchObject({ actor: "cli", address: "127.0.0.1" });
    expect(byKind("config.written")).toMatchObject({ detail: "ui" });
    expect(byKind("config.rejected")).toMatchObject({ detail: "gateway.port" });
    expect(JSON.stringify(first)).not.toMatch(/guess|445566|s3cret|a-token-for/);

    expect((await entries(patient, "--kind config.written --limit 1")).map(({ id }) => id)).toEqual([5]);
    expect((await patient.type("openclaw audit --kind nothing --json")).code).toBe(1);
    const text = await patient.type("openclaw audit --kind auth.failed");
    expect(text.stdout).toMatch(/^[\d-]+T[\d:]+Z auth\.failed · denied · cli · 127\.0\.0\.1\n {2}\S/);

    const reader = await connectNode({ url, auth: { token: patient.token }, scopes: ["operator.read"] });
    await expect(reader.request("audit.list", {})).rejects.toThrow("missing scope: operator.admin");
    await expect(reader.request("sessions.delete", { key: "x" })).rejects.toThrow("missing scope");
    await reader.close();

    await patient.typeGateway("openclaw gateway --force");
    const [newest, killed, stopped, denied, ...older] = await entries(patient);
    expect([newest?.kind, stopped?.kind]).toEqual(["gateway.started", "gateway.stopped"]);
    expect(killed).toMatchObject({ kind: "force.killed", outcome: "ok" });
    expect(killed?.target).toMatch(new RegExp(`^pid ${gateway.pid} \\(`));
    // The second refusal of the same caller is counted with a later one.
    expect(denied).toMatchObject({
      ...{
        kind: "auth.failed",
        actor: "shared",
        address: "127.0.0.1",
        target: "audit.list",
        outcome: "denied",
      },
      detail: "missing scope: operator.admin",
    });
    expect(older.slice(-6)).toEqual(first);
  },
);

test(
  "edits by hand, rotated secrets and tokens, and restarts are written down with where they came from",
  { timeout: 60_000 },
  async () => {
    await using patient = await Patient.create();
    await patient.configure({ http: { endpoints: { chatCompletions: { enabled: true } } } });
    const gateway = await patient.typeGateway("openclaw gateway");
    // The command works with no file that is invalid, as one will be here.
    const listed = async () => {
      const url = `ws://127.0.0.1:${patient.port}`;
      const admin = await connectNode({ url, auth: { token: patient.token }, scopes: ["operator.admin"] });
      return (await admin.request("audit.list", {}).finally(() => admin.close())).entries;
    };
    const kinds = async () =>
      (await listed()).map(({ kind, actor, target, detail }) => [kind, actor, target, detail].join(" "));
    const seen = (line: RegExp) =>
      expect.poll(kinds, { timeout: 20_000 }).toEqual(expect.arrayContaining([expect.stringMatching(line)]));

    const { stdout } = await patient.type("openclaw tokens create --name ci --scope read");
    await seen(/^token\.issued gateway token:ci /);
    const chat = `http://127.0.0.1:${patient.port}/v1/chat/completions`;
    const headers = { authorization: `Bearer ${stdout.trim()}`, "content-type": "application/json" };
    expect((await fetch(chat, { method: "POST", headers, body: "{}" })).status).toBe(403);
    await seen(/^auth\.failed token:ci http missing scope: operator\.write$/);
    await patient.edit("{", '{ ui: { seamColor: "#123456" },');
    await seen(/^config\.written file config\.file ui$/);
    await patient.edit('"#123456"', "7");
    await seen(/^config\.rejected file config\.file ui\.seamColor$/);
    await patient.edit("seamColor: 7", 'seamColor: "#654321"');
    gateway.kill("SIGUSR1");
    await seen(/^restart\.requested signal SIGUSR1 /);
    await patient.type("openclaw config set discovery.mdns.mode '\"off\"'");
    await seen(/^restart\.requested (shared|device:\w+) config\.set /);
    expect(JSON.stringify(await listed())).not.toMatch(/sha256:|123456|654321/);
  },
);
