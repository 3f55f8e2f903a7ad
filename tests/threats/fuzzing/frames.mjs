// What is sent: arbitrary bytes, arbitrary JSON, and frames that were right before something happened to them.
import fc from "fast-check";

/** @typedef {string | Buffer} Message text is sent as text, a buffer as a binary message */

const ODD_KEYS = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "",
  "id",
  "type",
  "params",
  "traceparent",
  "x",
];
const ODD_VALUES = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(
    null,
    true,
    -1,
    1.5,
    1e308,
    -0,
    2 ** 53,
    "",
    " ",
    "\u0000",
    "\ud800",
    "é".repeat(300),
    [],
    {},
    [[]],
  ),
  fc.constantFrom(
    "main",
    "agent:main:main",
    "../../etc/passwd",
    "$" + "{TOKEN}",
    "operator.admin",
    "node",
    "4",
    "req",
  ),
);

/** Bytes of every kind: random ones, broken UTF-8, text cut in the middle, and now and then too many. */
const bytes = fc.oneof(
  { weight: 8, arbitrary: fc.uint8Array({ maxLength: 200 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom([], [0], [0xff, 0xfe], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0x22, 0x5c]),
  },
);

const json = fc.oneof(
  { weight: 6, arbitrary: fc.json({ maxDepth: 4 }) },
  { weight: 3, arbitrary: ODD_VALUES.map((value) => JSON.stringify(value) ?? "null") },
  { weight: 1, arbitrary: fc.nat({ max: 200 }).map((depth) => "[".repeat(depth) + "]".repeat(depth)) },
  {
    weight: 1,
    arbitrary: fc.nat({ max: 70 }).map((depth) => '{"a":'.repeat(depth) + "1" + "}".repeat(depth)),
  },
);

/** One thing that happens to the text of a right frame. */
const mutation = fc.oneof(
  fc.record({ kind: fc.constant("set"), at: fc.nat(), value: ODD_VALUES }),
  fc.record({ kind: fc.constant("drop"), at: fc.nat() }),
  fc.record({ kind: fc.constant("add"), at: fc.nat(), key: fc.constantFrom(...ODD_KEYS), value: ODD_VALUES }),
  fc.record({ kind: fc.constant("cut"), at: fc.nat() }),
  fc.record({ kind: fc.constant("flip"), at: fc.nat(), to: fc.integer({ min: 32, max: 126 }) }),
  fc.record({ kind: fc.constant("repeat"), at: fc.nat() }),
);

/** Paths of everything inside a value, itself excluded. */
function placesIn(value, path = []) {
  if (typeof value !== "object" || value === null) return [];
  return Object.keys(value).flatMap((key) => [[...path, key], ...placesIn(value[key], [...path, key])]);
}

/** A copy with one place replaced (or, without a value, taken away). */
function withPlace(value, [key, ...rest], change) {
  const copy = Array.isArray(value) ? [...value] : { ...value };
  if (rest.length > 0) copy[key] = withPlace(copy[key], rest, change);
  else change(copy, key);
  return copy;
}

function mutateValue(frame, { kind, at, key, value }) {
  const places = placesIn(frame);
  const place = places[at % places.length] ?? ["id"];
  if (kind === "set") return withPlace(frame, place, (holder, name) => (holder[name] = value));
  if (kind === "drop") return withPlace(frame, place, (holder, name) => delete holder[name]);
  // defineProperty, because `__proto__` must become a key of its own.
  const define = (holder) =>
    Object.defineProperty(holder, key, { value, enumerable: true, writable: true, configurable: true });
  return withPlace(frame, place, define);
}

function mutateText(text, { kind, at, to }) {
  const place = at % (text.length + 1);
  if (kind === "cut") return text.slice(0, place);
  if (kind === "flip") return text.slice(0, place) + String.fromCharCode(to) + text.slice(place + 1);
  // The same key twice in one object: the last one counts for a parser, the first one for a careless reader.
  return text.replace("{", `{"type":"res","id":"first",`);
}

function mutate(frame, mutations) {
  let text = JSON.stringify(frame);
  let value = frame;
  for (const each of mutations) {
    if (["set", "drop", "add"].includes(each.kind) && value !== undefined) {
      value = mutateValue(value, each);
      text = JSON.stringify(value);
    } else {
      text = mutateText(text, each);
      value = undefined;
    }
  }
  return text;
}

/**
 * Messages of one kind of connection, the same ones for a seed.
 * @param {readonly object[]} valid right frames to start from
 * @returns {Message[]}
 */
export function messages(valid, { seed, count }) {
  const mutated = fc
    .tuple(fc.constantFrom(...valid), fc.array(mutation, { maxLength: 2 }))
    .map(([frame, mutations]) => mutate(frame, mutations));
  const asBytes = fc.oneof(
    bytes.map((each) => Buffer.from(each)),
    mutated.map((text) => Buffer.from(text, "utf8")),
    fc.nat({ max: 400 }).map((at) => Buffer.from(JSON.stringify(valid[0])).subarray(0, at)),
  );
  const message = fc.oneof(
    { weight: 2, arbitrary: asBytes },
    { weight: 2, arbitrary: json },
    { weight: 8, arbitrary: mutated },
  );
  return fc.sample(message, { seed, numRuns: count });
}
