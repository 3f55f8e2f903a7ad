// Writes packages/protocol/protocol.schema.json from the built registry. `npm run check:docs` says when it is stale.
import { writeFileSync } from "node:fs";
import { format, resolveConfig } from "prettier";
import { describeProtocol, loadProtocol, schemaPath } from "./protocol-registry.mjs";

const text = JSON.stringify(describeProtocol(await loadProtocol()));
const options = await resolveConfig(schemaPath);
writeFileSync(schemaPath, await format(text, { ...options, filepath: schemaPath }));
