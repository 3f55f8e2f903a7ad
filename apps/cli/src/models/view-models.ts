import type { Methods } from "@openclaw/client";

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
export async function viewModels(context: CommandContext, flags: ConnectionFlags): Promise<ModelsView> {
  const [{ models }, { providers }, { sessions }] = await withGateway(context, flags, (client) =>
    Promise.all([
      client.request("models.list", {}),
      client.request("models.authStatus", {}),
      client.request("status", {}),
    ]),
  );
  const defaultModel = sessions.defaults.model;
  const usable = new Set(
    providers.filter(({ status }) => status !== "missing").map(({ provider }) => provider),
  );
  const listed = models.map(({ id, name, provider, input, contextWindow = null }) => {
    const key = `${provider}/${id}`;
    return {
      key,
      name,
      input: input?.join("+") ?? "unknown",
      contextWindow,
      available: usable.has(provider),
      tags: key === defaultModel ? ["default"] : [],
      missing: false,
    };
  });
  const isListed = defaultModel === null || listed.some(({ key }) => key === defaultModel);
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
