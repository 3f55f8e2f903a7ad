import type { Client, Methods } from "@openclaw/client";

import type { ConnectionFlags } from "../connection/flags.ts";
import { withGateway } from "../connection/open-gateway.ts";
import type { CommandContext } from "../context.ts";

/** A model as the lists show it. */
export interface ListedModel {
  /** `provider/id`. */
  readonly key: string;
  readonly name: string;
  /** Kinds of input, e.g. `text+image`; `unknown` where the catalogue does not say. */
  readonly input: string;
  /** Tokens. */
  readonly contextWindow: number | null;
  /** Whether there is a key for its provider, or none is needed. */
  readonly available: boolean;
  readonly tags: readonly string[];
  /** The default model, when the catalogue does not have it. */
  readonly missing: boolean;
}

/** The gateway's models and what they need. */
export interface ModelsView {
  readonly defaultModel: string | null;
  readonly models: readonly ListedModel[];
  readonly providers: Methods["models.authStatus"]["result"]["providers"];
}

/** Asks the gateway, on one connection. */
export function viewModels(context: CommandContext, flags: ConnectionFlags): Promise<ModelsView> {
  return withGateway(context, flags, askModels);
}

/** What {@link viewModels} asks. */
export async function askModels(client: Client): Promise<ModelsView> {
  const [{ models }, { providers }, { sessions }] = await Promise.all([
    client.request("models.list", {}),
    client.request("models.authStatus", {}),
    client.request("status", {}),
  ]);
  const defaultModel = sessions.defaults.model;
  // Who is not in the list needs no key.
  const keyless = new Set(
    providers.filter(({ status }) => status === "missing").map(({ provider }) => provider),
  );
  const isDefault = (key: string) => key === defaultModel || key.endsWith(`/${defaultModel}`);
  const listed = models.map(({ id, name, provider, input, contextWindow = null }) => {
    const key = `${provider}/${id}`;
    return {
      key,
      name,
      input: input?.join("+") ?? "unknown",
      contextWindow,
      available: !keyless.has(provider),
      tags: isDefault(key) ? ["default"] : [],
      missing: false,
    };
  });
  const isListed = defaultModel === null || listed.some(({ key }) => isDefault(key));
  return { defaultModel, models: isListed ? listed : [...listed, missing(defaultModel)], providers };
}

function missing(key: string): ListedModel {
  return {
    key,
    name: key,
    input: "unknown",
    contextWindow: null,
    available: false,
    tags: ["default"],
    missing: true,
  };
}
