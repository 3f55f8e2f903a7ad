import * as v from "valibot";
import { ConfigSchema } from "../schema/config-schema.ts";
import { schemasAt } from "../schema/lookup.ts";
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
  if (text === "" || isReference(text)) return false;
  return isSensitivePath(path) || hasUserInfo(text);
}

/** Whether what stands at a path is a secret by the schema, or by its name. */
export function isSensitivePath(path: readonly string[]): boolean {
  const schemas = schemasAt(ConfigSchema, path);
  if (schemas.length > 0) return schemas.some(isMarkedSensitive);
  const name = path.join(".");
  return SECRET_MAP.test(name) || (SECRET_NAME.test(name) && !HARMLESS_NAME.test(name));
}

function isMarkedSensitive(schema: v.GenericSchema): boolean {
  const metadata: { readonly sensitive?: unknown } = v.getMetadata(schema);
  return metadata.sensitive === true;
}

function hasUserInfo(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]*:[^/?#\s]*@/i.test(text);
}
