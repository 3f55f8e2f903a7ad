import * as v from "valibot";

/** Keys of a section and what may stand there. */
type Entries = Record<string, v.GenericSchema>;
type Optional<E extends Entries> = { [K in keyof E]: v.ExactOptionalSchema<E[K], undefined> };

/**
 * A closed object: every key of `optional` may be left out, every key of `required` may not, and any other
 * key is an issue.
 */
export function section<const O extends Entries, const R extends Entries = Record<never, never>>(
  optional: O,
  required?: R,
): v.StrictObjectSchema<Optional<O> & R, undefined> {
  // Both maps together are what the return type says; a spread of generics loses that.
  return keyed(v.strictObject({ ...eachOptional(optional), ...required } as Optional<O> & R));
}

/** An object whose listed keys are checked and whose other keys pass unchanged. */
export function openSection<const O extends Entries>(
  optional: O,
): v.LooseObjectSchema<Optional<O>, undefined> {
  return keyed(v.looseObject(eachOptional(optional)));
}

/**
 * A section that is put together when it is first looked at. A file has few of the sections that there are, and to put
 * them all together takes longer than to check such a file.
 */
export function later<S extends v.GenericSchema>(build: () => S): S {
  let built: S | undefined;
  // What is asked of it before: the kind of value that it expects, for the case that there is none.
  const known = { expects: "Object" } as S;
  return new Proxy(known, {
    get: (_, name) =>
      name === "expects" ? known.expects : (Reflect.get((built ??= build()), name) as unknown),
  });
}

/** A map from names the user chooses to values of one kind. */
export function mapOf<const S extends v.GenericSchema>(
  value: S,
): v.RecordSchema<v.StringSchema<undefined>, S, undefined> {
  return keyed(v.record(v.string(), value));
}

/** Some known keys, all optional, beside names the user chooses. */
export function mapWith<const O extends Entries, const S extends v.GenericSchema>(
  known: O,
  value: S,
): v.ObjectWithRestSchema<Optional<O>, S, undefined> {
  return keyed(v.objectWithRest(eachOptional(known), value));
}

/** One of the given words. */
export function oneOf<const W extends readonly string[]>(...words: W): v.PicklistSchema<W, undefined> {
  return v.picklist(words);
}

/** A number within inclusive bounds. */
export function number(bounds: { min?: number; max?: number } = {}): v.GenericSchema<number> {
  const { min = -Number.MAX_VALUE, max = Number.MAX_VALUE } = bounds;
  return v.pipe(
    v.number(),
    v.minValue(min, `Too small: expected number to be >=${min}`),
    v.maxValue(max, `Too big: expected number to be <=${max}`),
  );
}

/** A whole number within inclusive bounds. */
export function integer(bounds: { min?: number; max?: number } = {}): v.GenericSchema<number> {
  return v.pipe(number(bounds), v.safeInteger("Invalid input: expected int, received number"));
}

/** A string of a given form; `message` is the whole text of the issue. */
export function pattern(form: RegExp, message: string): v.GenericSchema<string> {
  return v.pipe(v.string(), v.regex(form, message));
}

export const flag = v.boolean();
export const text = v.string();
export const nonEmptyText = v.pipe(
  v.string(),
  v.minLength(1, "Too small: expected string to have >=1 characters"),
);
export const texts = v.array(text);
/** Identifiers of chats, users and peers: platforms use both strings and numbers. */
export const chatId = v.union([v.string(), v.number()]);
export const chatIds = v.array(chatId);
export const count = integer({ min: 0 });
export const positiveCount = integer({ min: 1 });
export const milliseconds = count;
export const ratio = number({ min: 0, max: 1 });
export const port = integer({ min: 1, max: 65_535 });

/** Marks values that must be hidden wherever the configuration is shown. */
export const secret = v.pipe(v.string(), v.metadata({ sensitive: true }));

/** A map whose string values are all secrets, such as request headers. */
export const secretMap = mapOf(secret);

/** `500ms`, `30s`, `10m`, `2h`; a bare number counts in the unit of its key. */
export const duration = v.union([
  number({ min: 0 }),
  pattern(/^\s*\d+(\.\d+)?\s*(ms|s|m|h)?\s*$/i, "invalid duration (use ms, s, m, h)"),
]);

/** Like {@link duration}, with days. */
export const longDuration = v.union([
  number({ min: 0 }),
  pattern(/^\s*\d+(\.\d+)?\s*(ms|s|m|h|d)?\s*$/i, "invalid duration (use ms, s, m, h, d)"),
]);

/** `512kb`, `10mb`; a bare number counts bytes. */
export const byteSize = v.union([
  number({ min: 0 }),
  pattern(/^\s*\d+(\.\d+)?\s*(b|kb|mb|gb|tb)?\s*$/i, "invalid size (use b, kb, mb, gb, tb)"),
]);

const IPV4 = source(v.IPV4_REGEX);
const IPV6 = source(v.IPV6_REGEX);

/** `10.0.0.1`, `10.0.0.0/8`, `2001:db8::/32`: an entry that cannot be read would silently match nobody (T-PROXY-04). */
export const addressBlock = pattern(
  new RegExp(
    `^\\s*(?:${IPV4}(?:/(?:3[0-2]|[12]?\\d))?|${IPV6}(?:/(?:12[0-8]|1[01]\\d|[1-9]?\\d))?)\\s*$`,
    "iu",
  ),
  "invalid address (use an IP address or a CIDR block)",
);

/** A section that is accepted and preserved, not yet understood. */
export const opaque = mapOf(v.unknown());

/** An expression without its anchors, to be part of a longer one. */
function source(expression: RegExp): string {
  return `(?:${expression.source.replace(/^\^|\$$/gu, "")})`;
}

/** Valibot takes lists for objects; a configuration does not. */
function keyed<S extends v.GenericSchema>(schema: S): S {
  return {
    ...schema,
    "~run": (dataset: v.UnknownDataset, config: v.Config<v.BaseIssue<unknown>>) => {
      if (!Array.isArray(dataset.value)) return schema["~run"](dataset, config);
      v._addIssue(schema, "type", dataset, config);
      return dataset;
    },
  };
}

/** Most keys are of a few kinds; each kind is made optional once. */
const optionals = new WeakMap<v.GenericSchema, v.ExactOptionalSchema<v.GenericSchema, undefined>>();

function optional(schema: v.GenericSchema): v.ExactOptionalSchema<v.GenericSchema, undefined> {
  const made = optionals.get(schema) ?? v.exactOptional(schema);
  optionals.set(schema, made);
  return made;
}

function eachOptional<E extends Entries>(entries: E): Optional<E> {
  const wrapped = Object.entries(entries).map(([key, schema]) => [key, optional(schema)]);
  // fromEntries forgets which key holds which schema; the mapping above keeps them one to one.
  return Object.fromEntries(wrapped) as Optional<E>;
}
