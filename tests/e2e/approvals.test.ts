import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type GatewayProcess, kill, TemporaryUser } from "../support/gateway-process.ts";
import { admitted, client, type Frame } from "../threats/support/attacker.ts";

let user: TemporaryUser;
let gateway: GatewayProcess;
beforeEach(async () => {
  user = await TemporaryUser.create();
  gateway = await user.startGateway();
});
afterEach(() => user[Symbol.asyncDispose]());

/** Types `openclaw --dev approvals …`. */
const approvals = (...words: readonly string[]) =>
  user.openclaw(["--dev", "approvals", ...words], { env: { OPENCLAW_GATEWAY_PORT: String(gateway.port) } });
const holder = (displayName: string) =>
  admitted(gateway.url, {
    client: client("gateway-client", "backend", { displayName }),
    scopes: ["operator.approvals"],
    auth: { token: gateway.token },
  });

describe("openclaw approvals", () => {
  test("decides about commands that wait, and who asked hears it", async () => {
    const asking = await holder("Node");
    const watching = await holder("Ada");
    const decisions: unknown[] = [];
    for (const words of [["approve"], ["approve", "--always"], ["deny"]]) {
      const params = { command: `echo ${words.join(" ")}`, twoPhase: true };
      const { id } = (await asking.call("exec.approval.request", params)) as { id: string };
      expect((await approvals("list")).stdout).toContain(`${id}  ${params.command}`);
      expect((await approvals(...words, id.slice(0, 8))).stdout).toContain(`: ${params.command}\n`);
      decisions.push((await asking.call("exec.approval.waitDecision", { id }))["decision"]);
    }
    expect(decisions).toEqual(["allow-once", "allow-always", "deny"]);
    expect((await approvals("list")).stdout).toBe("Waiting (0)\n");
    expect(await approvals("approve", "gone")).toMatchObject({
      code: 1,
      stderr: "Error: unknown or expired approval id\n",
    });
    const log = (
      await user.openclaw(["--dev", "logs", "--subsystem", "gateway/exec-approvals", "--plain"], {
        env: { OPENCLAW_GATEWAY_PORT: String(gateway.port) },
      })
    ).stdout;
    for (const decision of decisions) expect(log).toContain(`decision=${String(decision)} id=`);
    watching.end();
    asking.end();
  });

  test("reads and changes the policies, which outlive the gateway", async () => {
    const empty = JSON.parse((await approvals("get", "--json")).stdout) as Frame;
    expect(empty).toMatchObject({ exists: true, file: { version: 1, defaults: {}, agents: {} } });
    expect((await approvals("allowlist", "add", "/usr/bin/git")).code).toBe(0);
    await kill(gateway.child, "SIGKILL");
    gateway = await user.startGateway();
    expect((await approvals("get")).stdout).toContain("Agent main: nothing set\n  allows /usr/bin/git\n");
  });
});
