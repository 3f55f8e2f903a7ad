import type { AgentsConfig, ModelChoice, ModelConfig, ProviderConfig } from "../config.ts";
import { findCredential, missingKeyText } from "./credentials.ts";
import { ECHO_API, ECHO_MODELS, isEchoModel } from "./echo/models.ts";
import { ModelFailure } from "./failure.ts";
import { BUILTIN_ALIASES, KNOWN_PROVIDERS } from "./known-providers.ts";
import type { ModelInfo, ModelRef, ResolvedModel } from "./types.ts";

const CONTEXT_WINDOW = 200_000;
const MAX_TOKENS = 8192;
const FREE = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 } as const;

/** `<provider>/<model>`. */
export function formatModelRef(ref: ModelRef): string {
  return `${ref.provider}/${ref.id}`;
}

/** Whether a provider can be called as far as its key goes; never the key. */
export interface ProviderKey {
  readonly provider: string;
  readonly isUsable: boolean;
  /** An environment variable or a configuration path; absent when no key is needed. */
  readonly source?: string;
}

/** The models one configuration knows. Made anew when the configuration changes. Docs: configuration.md#models */
export class ModelCatalog {
  readonly #config: AgentsConfig;
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #providers: ReadonlyMap<string, ProviderConfig>;
  readonly #aliases: ReadonlyMap<string, string>;
  readonly #allowed: ReadonlySet<string>;

  constructor(config: AgentsConfig, env: Readonly<Record<string, string | undefined>>) {
    this.#config = config;
    this.#env = env;
    this.#providers = new Map(
      Object.entries(config.models?.providers ?? {}).map(([id, provider]) => [
        id.trim().toLowerCase(),
        provider,
      ]),
    );
    this.#aliases = aliasesOf(config);
    this.#allowed = new Set(this.#allowList().map(formatModelRef));
  }

  /** Reads a reference or alias; a bare name is a model of the default provider. */
  parse(text: string): ModelRef | undefined {
    const trimmed = text.trim();
    const target = this.#aliases.get(trimmed.toLowerCase()) ?? trimmed;
    const slash = target.indexOf("/");
    if (slash < 0) return target === "" ? undefined : { provider: this.defaultModel().provider, id: target };
    const provider = target.slice(0, slash).trim().toLowerCase();
    const id = target.slice(slash + 1).trim();
    return provider === "" || id === "" ? undefined : { provider, id };
  }

  /** Whether a word is meant as a model: an alias, or a reference to a provider somebody knows. */
  isName(text: string): boolean {
    if (this.#aliases.has(text.trim().toLowerCase())) return true;
    const provider = this.#parseConfigured(text)?.provider;
    if (provider === undefined) return false;
    return provider === ECHO.provider || this.#providers.has(provider) || KNOWN_PROVIDERS.has(provider);
  }

  /** Whether a model may be chosen; the configured catalogue, if any, is the list. */
  isAllowed(ref: ModelRef): boolean {
    return this.#allowed.size === 0 || this.#allowed.has(formatModelRef(ref));
  }

  /** The configured model, else one whose provider has a key, else the built-in one. */
  defaultModel(): ModelRef {
    const primary = primaryOf(this.#config.agents?.defaults?.model);
    return (
      (primary === undefined ? undefined : this.#parseConfigured(primary)) ?? this.#modelWithKey() ?? ECHO
    );
  }

  /** True when nothing at all is configured, so that the built-in model answers. */
  get isOffline(): boolean {
    return (
      primaryOf(this.#config.agents?.defaults?.model) === undefined && this.#modelWithKey() === undefined
    );
  }

  /** Every model that may be chosen, by provider and name. */
  list(): readonly ModelInfo[] {
    const configured = [...this.#providers].flatMap(([provider, { models }]) =>
      models.map((model) => infoOf(provider, model)),
    );
    const known = new Map([...configured, ...ECHO_MODELS].map((info) => [formatModelRef(info), info]));
    for (const ref of this.#allowList()) {
      const key = formatModelRef(ref);
      if (!known.has(key)) known.set(key, infoOf(ref.provider, { id: ref.id }));
    }
    return [...known.values()]
      .filter((info) => this.isAllowed(info))
      .sort((a, b) => compare(a.provider, b.provider) || compare(a.name, b.name));
  }

  /** What is known of a model without its credentials; defaults for one nobody has described. */
  info(ref: ModelRef): ModelInfo {
    if (ref.provider === ECHO.provider) {
      return (
        ECHO_MODELS.find(({ id }) => id === ref.id) ?? { ...infoOf(ref.provider, ref), contextWindow: 32_000 }
      );
    }
    const configured = this.#providers.get(ref.provider)?.models.find(({ id }) => id === ref.id);
    return infoOf(ref.provider, configured ?? { id: ref.id });
  }

  /** Whether it is known what a model costs; the built-in ones cost nothing. */
  isPriced(ref: ModelRef): boolean {
    if (ref.provider === ECHO.provider) return true;
    const configured = this.#providers.get(ref.provider)?.models.find(({ id }) => id === ref.id);
    return configured?.cost !== undefined;
  }

  /** Which API a model is called through. */
  apiOf(ref: ModelRef): string {
    if (ref.provider === ECHO.provider) return ECHO_API;
    const provider = this.#providers.get(ref.provider);
    const model = provider?.models.find(({ id }) => id === ref.id);
    return model?.api ?? provider?.api ?? "openai-completions";
  }

  /**
   * Everything needed to call a model.
   * @throws {ModelFailure} model_not_found, auth (no key)
   */
  resolve(ref: ModelRef): ResolvedModel {
    const base = { ...this.info(ref), api: this.apiOf(ref), price: FREE, compat: {} };
    if (ref.provider === ECHO.provider) {
      if (isEchoModel(ref.id)) return base;
      throw unknownModel(ref);
    }
    const provider = this.#providers.get(ref.provider);
    const model = provider?.models.find(({ id }) => id === ref.id);
    const baseUrl = provider?.baseUrl ?? KNOWN_PROVIDERS.get(ref.provider)?.baseUrl;
    if (
      baseUrl === undefined ||
      (provider !== undefined && provider.models.length > 0 && model === undefined)
    ) {
      throw unknownModel(ref);
    }
    const credential = findCredential({ provider: ref.provider, config: provider, env: this.#env });
    if (credential.kind === "missing") throw new ModelFailure("auth", missingKeyText(ref.provider));
    return {
      ...base,
      baseUrl,
      price: priceOf(model),
      headers: { ...provider?.headers, ...model?.headers },
      compat: model?.compat ?? {},
      ...(credential.kind === "key" && { apiKey: credential.key }),
    };
  }

  /** Providers that are configured, or known and given a key. */
  keys(): readonly ProviderKey[] {
    const configured = [...this.#providers].map(([provider, config]) => ({ provider, config }));
    const known = [...KNOWN_PROVIDERS.keys()]
      .filter((provider) => !this.#providers.has(provider))
      .map((provider) => ({ provider, config: undefined }));
    return [...configured, ...known].flatMap(({ provider, config }) => {
      const credential = findCredential({ provider, config, env: this.#env });
      if (config === undefined && credential.kind !== "key") return [];
      const source = credential.kind === "key" ? { source: credential.source } : {};
      return [{ provider, isUsable: credential.kind !== "missing", ...source }];
    });
  }

  /** Where a model's key comes from, for people; never the key. */
  keySourceOf(ref: ModelRef): string {
    if (ref.provider === ECHO.provider) return "none (built-in)";
    const config = this.#providers.get(ref.provider);
    const credential = findCredential({ provider: ref.provider, config, env: this.#env });
    return credential.kind === "key"
      ? `api-key (${credential.source})`
      : credential.kind === "missing"
        ? "missing"
        : "none needed";
  }

  /** A configured choice of models, read; what cannot be read is left out. */
  choice(choice: ModelChoice | undefined): {
    readonly primary: ModelRef | undefined;
    readonly fallbacks: readonly ModelRef[];
  } {
    const primary = primaryOf(choice);
    const fallbacks = typeof choice === "object" ? (choice.fallbacks ?? []) : [];
    return {
      primary: primary === undefined ? undefined : this.#parseConfigured(primary),
      fallbacks: fallbacks.flatMap((text) => this.#parseConfigured(text) ?? []),
    };
  }

  /** Like `parse`, for places the default model is made from: a bare name there is no model. */
  #parseConfigured(text: string): ModelRef | undefined {
    const target = this.#aliases.get(text.trim().toLowerCase()) ?? text;
    return target.includes("/") ? this.parse(target) : undefined;
  }

  #modelWithKey(): ModelRef | undefined {
    for (const [provider, config] of this.#providers) {
      const [first] = config.models;
      const credential = findCredential({ provider, config, env: this.#env });
      if (first !== undefined && credential.kind !== "missing") return { provider, id: first.id };
    }
    for (const [provider, { defaultModel }] of KNOWN_PROVIDERS) {
      if (defaultModel === undefined) continue;
      if (findCredential({ provider, config: undefined, env: this.#env }).kind === "key") {
        return { provider, id: defaultModel };
      }
    }
    return undefined;
  }

  #allowList(): readonly ModelRef[] {
    const { defaults, list } = this.#config.agents ?? {};
    const refs = Object.keys(defaults?.models ?? {});
    if (refs.length === 0) return [];
    const choices = [defaults?.model, ...(list ?? []).map(({ model }) => model)].map((choice) =>
      this.choice(choice),
    );
    const chosen = choices.flatMap(({ primary, fallbacks }) => [
      ...(primary === undefined ? [] : [primary]),
      ...fallbacks,
    ]);
    return [...refs.flatMap((text) => this.#parseConfigured(text) ?? []), ...chosen];
  }
}

const ECHO: ModelRef = { provider: "builtin", id: "echo" };

function unknownModel(ref: ModelRef): ModelFailure {
  return new ModelFailure("model_not_found", `Unknown model: ${formatModelRef(ref)}`);
}

function primaryOf(choice: ModelChoice | undefined): string | undefined {
  const text = typeof choice === "string" ? choice : choice?.primary;
  return text === undefined || text.trim() === "" ? undefined : text;
}

function aliasesOf(config: AgentsConfig): ReadonlyMap<string, string> {
  const aliases = new Map(BUILTIN_ALIASES);
  for (const [ref, { alias }] of Object.entries(config.agents?.defaults?.models ?? {})) {
    if (alias !== undefined && alias.trim() !== "") aliases.set(alias.trim().toLowerCase(), ref);
  }
  return aliases;
}

function infoOf(provider: string, model: ModelConfig): ModelInfo {
  return {
    provider,
    id: model.id,
    name: model.name ?? model.id,
    contextWindow: model.contextWindow ?? CONTEXT_WINDOW,
    maxTokens: model.maxTokens ?? MAX_TOKENS,
    reasoning: model.reasoning ?? false,
    input: model.input ?? ["text"],
  };
}

function priceOf(model: ModelConfig | undefined): ResolvedModel["price"] {
  const { input = 0, output = 0, cacheRead = 0, cacheWrite = 0 } = model?.cost ?? {};
  return { input, output, cacheRead, cacheWrite };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
