// Many sequences on one gateway, and what came of them.
import { setTimeout as delay } from "node:timers/promises";
import { Stage } from "./stage.mjs";
import { sequences } from "./steps.mjs";
import { Trial } from "./trial.mjs";
import { Violation } from "./violation.mjs";

/** Numbers of texts that one sequence may use. */
const NUMBERS = 16;
/** A step that is needed for a violation may need luck, too. */
const TRIES = 3;
/** Time for what is done behind an answer. */
const TIDY_MS = 20_000;

/**
 * Runs sequences of a seed; stops at the first violation and looks for fewer steps that lead to it.
 *
 * @param {{ seed: number, count: number, only?: number, part?: number, parts?: number, onProgress?: (done: number) => void }} options
 * `part` of `parts`: this one's share
 */
export async function tryFaults({ seed, count, only, part = 0, parts = 1, onProgress }) {
  const kinds = new Map();
  const note = (kind) => kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  const all = sequences(seed, count);
  const stage = await Stage.create();
  const result = { sequences: 0, steps: 0, kinds, violations: [] };
  try {
    for (const [index, steps] of all.entries()) {
      if (index % parts !== part || (only !== undefined && only !== index)) continue;
      const problem = await problemOf(stage, { index, steps, note });
      result.sequences += 1;
      result.steps += steps.length;
      onProgress?.(result.sequences);
      if (problem !== undefined) {
        const replay = await fewest(index, steps);
        result.violations.push({ problem, index, steps: replay });
        return result;
      }
    }
    const problem = await problemWith(() => tidy(stage));
    if (problem !== undefined) result.violations.push({ problem, index: -1, steps: [] });
    return result;
  } finally {
    await stage.close();
  }
}

async function problemOf(stage, { index, steps, note }) {
  return problemWith(() => new Trial(stage, { firstNumber: 60 + index * NUMBERS, note }).run(steps));
}

async function problemWith(work) {
  try {
    await work();
    return undefined;
  } catch (error) {
    return error instanceof Violation ? error.message : `${String(error)}\n${error.stack}`;
  }
}

/** Leaves out what is not needed for the violation. */
async function fewest(index, steps) {
  let left = steps;
  for (let at = steps.length - 1; at >= 0; at -= 1) {
    const fewer = left.filter((_, position) => position !== at);
    if (fewer.length > 0 && (await fails(index, fewer))) left = fewer;
  }
  return left;
}

async function fails(index, steps) {
  for (let count = 0; count < TRIES; count += 1) {
    const stage = await Stage.create();
    try {
      if ((await problemOf(stage, { index, steps, note: () => undefined })) !== undefined) return true;
    } finally {
      await stage.close();
    }
  }
  return false;
}

/** What writes left behind that were killed is gone after the next ones, and locks stop nobody. */
async function tidy(stage) {
  await new Trial(stage, { firstNumber: 7, note: () => undefined }).run([]);
  const old = (await stage.files()).filter((name) => name.endsWith(".tmp"));
  await stage.age(old);
  for (const raw of [{ skills: { tidy: 1 } }, { ui: { assistant: { name: "tidy" } } }]) {
    const { hash } = await stage.request("config.get", {});
    await stage.request("config.patch", { raw: JSON.stringify(raw), baseHash: hash });
  }
  const deadline = performance.now() + TIDY_MS;
  for (;;) {
    const now = await stage.files();
    const left = now.filter((name) => old.includes(name) || name.endsWith(".json.lock"));
    if (left.length === 0) return;
    if (performance.now() > deadline) throw new Violation(`left behind: ${left.join(", ")}`);
    await delay(20);
  }
}
