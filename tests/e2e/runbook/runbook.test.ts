import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root } from "../../support/gateway-process.ts";
import { OwnMachine, whyNoOwnMachine } from "../../support/own-machine.ts";
import { blocksOfPage } from "../../support/command-blocks.ts";
import { Desk } from "./desk.ts";
import { SCENES } from "./scenes.ts";
import { openSsh } from "./ssh.ts";

const blocks = blocksOfPage(readFileSync(join(root, "docs/runbook.md"), "utf8"));
const obstacle = whyNoOwnMachine();
const title = `the runbook, typed on a fresh account${obstacle === undefined ? "" : ` (skipped: ${obstacle})`}`;
let run = 0;

// Said in every run, so that what was not run is seen.
afterAll(() => {
  const skipped = obstacle === undefined ? "0" : `${blocks.length} (${obstacle})`;
  console.log(`runbook: blocks ${blocks.length}, run ${run}, skipped ${skipped}`);
});

test("every block of the runbook has a scene, in the order of the page", () => {
  expect(blocks.length).toBeGreaterThanOrEqual(9);
  expect(SCENES.map(({ acts }) => acts.map(([command]) => command))).toEqual(blocks);
});

// An operator's day on a fresh account, from top to bottom: each block goes on where the one before it ended.
describe.skipIf(obstacle !== undefined)(title, () => {
  let desk: Desk;
  const machines: OwnMachine[] = [];
  const boot = async (name: string, login: string) => {
    const machine = await OwnMachine.boot(name, login);
    machines.push(machine);
    return machine;
  };

  beforeAll(async () => {
    const machine = await boot("host", "user");
    const laptop = await boot("laptop", "me");
    desk = new Desk(machine, laptop);
    await machine.startUserManager();
    await machine.connect(laptop, ["10.89.0.1", "10.89.0.2"]);
    await openSsh(machine, laptop, "10.89.0.1");
  });
  afterAll(async () => {
    for (const machine of machines.reverse()) await machine[Symbol.asyncDispose]();
  });

  for (const scene of SCENES)
    test(scene.about, async () => {
      await scene.before?.(desk);
      for (const [line, act] of scene.acts) await act(desk, line);
      run += 1;
    });
});
