// What happens to a configuration: random sequences of steps, the same ones for a seed. Steps are plain data.
import fc from "fast-check";
import { CALLS, WRITES } from "./calls.mjs";
import { MAIN_FAULTS, MAIN_SHAPES, UI_FAULTS } from "./texts.mjs";

/** Bytes beyond any limit take their time: one in many. */
const SLOW = new Set(["huge", "long"]);

function oneOf(names) {
  const quick = names.filter((name) => !SLOW.has(name));
  const slow = names.filter((name) => SLOW.has(name));
  return fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...quick) },
    ...(slow.length > 0 ? [{ weight: 1, arbitrary: fc.constantFrom(...slow) }] : []),
  );
}

const at = fc.double({ min: 0, max: 0.999, noNaN: true });
const badMain = fc.record({ fault: oneOf(Object.keys(MAIN_FAULTS)), at });
const mainText = fc.oneof(fc.record({ shape: oneOf(Object.keys(MAIN_SHAPES)) }), badMain);
const badUi = fc.record({ fault: oneOf(Object.keys(UI_FAULTS)), at });
const uiText = fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: badUi });

const how = fc.oneof(
  { weight: 4, arbitrary: fc.constant("rename") },
  { weight: 3, arbitrary: fc.constant("inPlace") },
  { weight: 2, arbitrary: fc.constant("halves") },
);
const gapMs = fc.constantFrom(0, 0, 1, 3, 8, 20);
const hand = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ by: fc.constant("hand"), file: fc.constant("main"), how, gapMs, text: mainText }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ by: fc.constant("hand"), file: fc.constant("ui"), how, gapMs, text: uiText }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      by: fc.constant("hand"),
      file: fc.constantFrom("main", "ui"),
      how: fc.constant("delete"),
    }),
  },
);
const call = fc.record({ by: fc.constant("call"), call: fc.constantFrom(...CALLS), text: mainText });
const both = fc.record({ by: fc.constant("both"), call, hand, gapMs });
/** An edit that no start survives, right before the end. */
const damage = fc.oneof(
  fc.record({
    by: fc.constant("hand"),
    file: fc.constant("main"),
    how: fc.constant("rename"),
    text: badMain,
  }),
  fc.record({ by: fc.constant("hand"), file: fc.constant("ui"), how: fc.constant("rename"), text: badUi }),
);
const write = fc.record({
  by: fc.constant("call"),
  call: fc.constantFrom(...WRITES),
  text: fc.constant({}),
});
const kill = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      by: fc.constant("kill"),
      during: write,
      /** From when on the time counts: from a call's question, or from the moment its answer is being written. */
      isWriting: fc.constantFrom(true, true, true, false),
      afterMs: fc.constantFrom(0, 0, 0, 1, 2, 4, 8, 12),
    }),
  },
  { weight: 1, arbitrary: fc.record({ by: fc.constant("kill"), damage, safe: fc.boolean() }) },
);

/** How long to wait before the next step: until the gateway has come to rest, for one answer, or not at all. */
const look = fc.constantFrom("rest", "glance", "glance", "none");
const step = fc
  .tuple(
    fc.oneof(
      { weight: 20, arbitrary: hand },
      { weight: 18, arbitrary: call },
      { weight: 8, arbitrary: both },
      { weight: 1, arbitrary: kill },
    ),
    look,
  )
  .map(([each, waits]) => ({ ...each, look: waits }));
const sequence = fc.array(step, { minLength: 1, maxLength: 4 });

/** Sequences of a seed; number `index` is the same one whatever their count. */
export function sequences(seed, count) {
  return fc.sample(sequence, { seed, numRuns: count });
}
