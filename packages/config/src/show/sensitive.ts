import * as v from "valibot";
import { ConfigSchema } from "../schema/config-schema.ts";
import { childrenOf, schemasAt } from "../schema/lookup.ts";
import { isReference } from "../source/substitute.ts";

const SECRET_NAME = /token$|password|secret|api.?key/i;
/** Maps of variables and headers: any of their values may be a credential, whatever its name. */
const SECRET_MAP = /(?:^|\.)(?:env|headers)\./i;
const HARMLESS_NAME =
  /(maxtokens|maxoutputtokens|maxinputtokens|maxcompletiontokens|contexttokens|totaltokens|tokencount|tokenlimit|tokenbudget|passwordfile)$/i;

/**
 * Whether the text at a path must be hidden. Keys of the schema say so themselves, others are judged by their
 * name and by the map they stand in. A lone `${VAR}` hides nothing, and an address that carries a password is a
 * secret wherever it stands.
 */
export function isSecret(path: readonly string[], text: string): boolean {
  return Place.at(path).hides(text);
}

/** Whether what stands at a path is a secret by the schema, or by its name. */
export function isSensitivePath(path: readonly string[]): boolean {
  return Place.at(path).isSensitive;
}

/** A place in the configuration. Whoever walks down a tree asks one place for the next: each is looked up once. */
export class Place {
  readonly #schemas: readonly v.GenericSchema[];
  /** Dotted. */
  readonly #name: string;
  readonly #parts = new Map<string, Place>();
  #isSensitive: boolean | undefined;

  private constructor(schemas: readonly v.GenericSchema[], name: string) {
    this.#schemas = schemas;
    this.#name = name;
  }

  static at(path: readonly string[]): Place {
    return new Place(schemasAt(ConfigSchema, path), path.join("."));
  }

  /** The place of a key, or of an item: one for all numbers, which say nothing about what stands there. */
  part(name: string): Place {
    const key = /^\d+$/.test(name) ? "0" : name;
    const known = this.#parts.get(key);
    if (known !== undefined) return known;
    const schemas = this.#schemas.flatMap((schema) => childrenOf(schema, key));
    const part = new Place(schemas, this.#name === "" ? key : `${this.#name}.${key}`);
    this.#parts.set(key, part);
    return part;
  }

  /** Whether what stands here is a secret by the schema, or by its name. */
  get isSensitive(): boolean {
    this.#isSensitive ??= this.#judge();
    return this.#isSensitive;
  }

  /** Whether a text that stands here must be hidden: {@link isSecret}. */
  hides(text: string): boolean {
    if (text === "" || isReference(text)) return false;
    return this.isSensitive || hasUserInfo(text);
  }

  #judge(): boolean {
    if (this.#schemas.length > 0) return this.#schemas.some(isMarkedSensitive);
    const name = this.#name;
    return SECRET_MAP.test(name) || (SECRET_NAME.test(name) && !HARMLESS_NAME.test(name));
  }
}

function isMarkedSensitive(schema: v.GenericSchema): boolean {
  const metadata: { readonly sensitive?: unknown } = v.getMetadata(schema);
  return metadata.sensitive === true;
}

function hasUserInfo(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]*:[^/?#\s]*@/i.test(text);
}
