import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { createTestHome, type TestHome } from "../../testing/command-line.ts";

const CONFIG = `{
  // the gateway of the workshop
  gateway: { mode: "local", auth: { token: "\${SHARED}" } },
}
`;
const ENV = { env: { SHARED: "a-shared-secret" }, now: () => Date.UTC(2027, 0, 1) };
const configPath = ({ home }: TestHome) => join(home, ".openclaw", "openclaw.json");
const configText = (home: TestHome) => readFile(configPath(home), "utf8");

async function homeWith(config: unknown = CONFIG) {
  const home = await createTestHome();
  await home.configure(config);
  return home;
}

describe("tokens create", () => {
  test("prints the text alone on stdout, once, and writes its hash into the configuration", async () => {
    await using home = await homeWith();
    const { code, stdout, stderr } = await home.openclaw(["tokens", "create", "--name", "ci"], ENV);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^oct_ci_[A-Za-z0-9_-]{43}\n$/);
    expect(stderr).toContain("Shown only now.");
    const text = await configText(home);
    expect(text).toContain("// the gateway of the workshop");
    expect(text).toContain("${SHARED}");
    expect(text).toContain(`sha256:${createHash("sha256").update(stdout.trim()).digest("hex")}`);
    expect(text + stderr).not.toContain(stdout.trim());
    const second = await home.openclaw(["tokens", "create", "--name", "other"], ENV);
    expect(second.code).toBe(0);
    const list = await home.openclaw(["tokens", "list", "--json"], ENV);
    expect(JSON.parse(list.stdout)).toEqual({
      tokens: ["ci", "other"].map((name) => ({
        name,
        role: "operator",
        scopes: ["operator.read"],
        expired: false,
      })),
    });
  });

  test("takes scopes, term and addresses; under --json tells everything in one object", async () => {
    await using home = await homeWith();
    const words = ["tokens", "create", "--name", "ci", "--scope", "read,operator.write", "--scope", "talk"];
    const limits = ["--expires", "30d", "--cidr", "192.0.2.0/24", "--cidr", "2001:db8::/32"];
    const { stdout } = await home.openclaw([...words, ...limits, "--json"], ENV);
    expect(JSON.parse(stdout)).toEqual({
      name: "ci",
      token: expect.stringMatching(/^oct_ci_/),
      role: "operator",
      scopes: ["operator.read", "operator.write", "operator.talk"],
      expiresAt: "2027-01-31T00:00:00.000Z",
      cidr: ["192.0.2.0/24", "2001:db8::/32"],
      path: configPath(home),
    });
    const listed = await home.openclaw(["tokens", "list"], ENV);
    expect(listed.stdout).toMatch(/│ ci +│ operator │ read write talk/);
    expect(listed.stdout).not.toContain("sha256");
    const later = { ...ENV, now: () => Date.UTC(2027, 1, 1) };
    expect(JSON.parse((await home.openclaw(["tokens", "list", "--json"], later)).stdout)).toMatchObject({
      tokens: [{ expired: true }],
    });
  });

  test("makes a token for a node without scopes", async () => {
    await using home = await homeWith();
    const { stdout } = await home.openclaw(
      ["tokens", "create", "--name", "edge", "--role", "node", "--json"],
      ENV,
    );
    expect(JSON.parse(stdout)).toMatchObject({ role: "node", scopes: [] });
  });

  test.each([
    [["--name", "CI!"], "gateway.auth.tokens.0.name: invalid token name (use a-z, 0-9, -; at most 32)"],
    [["--name", "ci", "--scope", "reed"], "unknown scope: reed (use admin, read, write,"],
    [["--name", "ci", "--role", "owner"], "invalid --role: owner"],
    [["--name", "ci", "--expires", "soon"], "invalid --expires: soon"],
    [["--name", "ci", "--expires", "0s"], "invalid --expires: 0s"],
    [["--name", "ci", "--cidr", "everywhere"], "gateway.auth.tokens.0.cidr.0: invalid address"],
  ])("refuses %j and leaves the configuration alone", async (words, message) => {
    await using home = await homeWith();
    const { code, stdout, stderr } = await home.openclaw(["tokens", "create", ...words], ENV);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(message);
    expect(await configText(home)).toBe(CONFIG);
  });

  test("refuses a name that is taken", async () => {
    await using home = await homeWith();
    await home.openclaw(["tokens", "create", "--name", "ci"], ENV);
    const { code, stderr } = await home.openclaw(["tokens", "create", "--name", "ci"], ENV);
    expect([code, stderr]).toEqual([
      1,
      "Error: there is a token ci already\nNext: openclaw tokens revoke ci\n",
    ]);
  });

  test("needs a valid configuration", async () => {
    await using home = await homeWith("{ gateway: ");
    const { code, stdout } = await home.openclaw(["tokens", "create", "--name", "ci", "--json"], ENV);
    expect([code, JSON.parse(stdout)]).toMatchObject([1, { error: { code: "config_invalid" } }]);
  });
});

describe("tokens revoke", () => {
  test("takes this entry out and no other, comments included", async () => {
    await using home = await homeWith();
    for (const name of ["first", "second", "third"])
      await home.openclaw(["tokens", "create", "--name", name], ENV);
    const { code, stdout } = await home.openclaw(["tokens", "revoke", "second"], ENV);
    expect([code, stdout]).toEqual([
      0,
      "Revoked second. A running gateway closes its connections within a second.\n",
    ]);
    const list = await home.openclaw(["tokens", "list", "--json"], ENV);
    expect(JSON.parse(list.stdout)).toMatchObject({ tokens: [{ name: "first" }, { name: "third" }] });
    expect(await configText(home)).toContain("// the gateway of the workshop");
    const json = await home.openclaw(["tokens", "revoke", "first", "--json"], ENV);
    expect(JSON.parse(json.stdout)).toEqual({ name: "first", revoked: true, path: configPath(home) });
  });

  test("says that there is none of that name", async () => {
    await using home = await homeWith();
    const { code, stderr } = await home.openclaw(["tokens", "revoke", "ci"], ENV);
    expect([code, stderr]).toEqual([1, "Error: there is no token ci\nNext: openclaw tokens list\n"]);
  });

  test("does not claim to have revoked what stands in an included file", async () => {
    await using home = await homeWith(
      '{ gateway: { mode: "local", auth: { token: "${SHARED}", tokens: { $include: "./tokens.json5" } } } }',
    );
    const entry = { name: "ci", hash: `sha256:${"0".repeat(64)}` };
    await writeFile(join(home.home, ".openclaw", "tokens.json5"), JSON.stringify([entry]));
    const { code, stdout, stderr } = await home.openclaw(["tokens", "revoke", "ci"], ENV);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("is not written in");
  });
});

test("tokens list says how to make the first one", async () => {
  await using home = await homeWith();
  const { stdout } = await home.openclaw(["tokens", "list"], ENV);
  expect(stdout).toBe("No named tokens. Make one: openclaw tokens create --name <name>\n");
});
