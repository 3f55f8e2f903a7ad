// The registry of packages/protocol as one document: what protocol.schema.json holds and the docs are compared with.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { toJsonSchema } from "@valibot/to-json-schema";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const entry = join(root, "packages/protocol/dist/index.js");

export const schemaPath = join(root, "packages/protocol/protocol.schema.json");

/** The built package. */
export async function loadProtocol() {
  if (!existsSync(entry)) throw new Error("packages/protocol is not built: npm run setup");
  return import(pathToFileURL(entry).href);
}

/** JSON Schema of what goes over the wire; the dialect is named once, for the whole document. */
function jsonSchema(schema) {
  const body = toJsonSchema(schema, { typeMode: "input", errorMode: "throw" });
  delete body.$schema;
  return body;
}

const mapValues = (table, describe) =>
  Object.fromEntries(Object.entries(table).map(([name, value]) => [name, describe(value)]));

function describeMethod({ params, scope, extraScope, budgeted, advertised }) {
  return {
    scope,
    ...(extraScope && { certainParamsNeedMore: true }),
    ...(budgeted && { budgeted }),
    ...(advertised === false && { notAdvertisedIn: [3] }),
    params: jsonSchema(params),
  };
}

function describeEvent({ scope, dropIfSlow, targeted, dialects, summary }) {
  return {
    scope,
    mayBeMissed: typeof dropIfSlow === "function" ? "by payload" : dropIfSlow,
    ...(targeted && { targeted }),
    ...(dialects && { dialects }),
    summary,
  };
}

/** Everything both ends have to agree on. */
export function describeProtocol(protocol) {
  return {
    $comment:
      "Generated from packages/protocol by scripts/generate-schema.mjs. Schemas are JSON Schema draft 7.",
    versions: protocol.PROTOCOL_VERSIONS,
    roles: protocol.ROLES,
    scopes: protocol.OPERATOR_SCOPES,
    limits: protocol.LIMITS,
    frames: {
      request: mapValues(protocol.REQUEST_FRAMES, jsonSchema),
      response: jsonSchema(protocol.RESPONSE_FRAME),
      event: jsonSchema(protocol.EVENT_FRAME),
    },
    connect: jsonSchema(protocol.CONNECT_PARAMS),
    methods: mapValues(protocol.METHODS, describeMethod),
    events: mapValues(protocol.EVENTS, describeEvent),
    errorCodes: protocol.ERROR_CODES,
    refusedCredentials: protocol.AUTH_FAILURES,
    refusedDevices: protocol.DEVICE_AUTH_FAILURES,
    pairingReasons: protocol.PAIRING_REASONS,
    closes: protocol.CLOSE,
  };
}
