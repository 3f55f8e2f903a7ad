/** A provider that needs no configuration but a key. */
export interface KnownProvider {
  /** OpenAI-compatible endpoint. */
  readonly baseUrl: string;
  /** Environment variables that hold a key, best first. */
  readonly keyNames: readonly string[];
  /** Model a gateway starts with when only this provider has a key. */
  readonly defaultModel?: string;
  /** Runs on the gateway's own host and asks for no key. */
  readonly isLocal?: true;
}

/** Providers by id; the first with a key is the default one. Docs: configuration.md#credentials */
export const KNOWN_PROVIDERS: ReadonlyMap<string, KnownProvider> = new Map<string, KnownProvider>([
  [
    "anthropic",
    {
      baseUrl: "https://api.anthropic.com/v1",
      keyNames: ["ANTHROPIC_API_KEY"],
      defaultModel: "claude-opus-4-6",
    },
  ],
  ["openai", { baseUrl: "https://api.openai.com/v1", keyNames: ["OPENAI_API_KEY"], defaultModel: "gpt-5.2" }],
  [
    "google",
    {
      baseUrl: "https://generativelanguage.googleapis.com/v1beta/openai",
      keyNames: ["GEMINI_API_KEY"],
      defaultModel: "gemini-3-pro-preview",
    },
  ],
  ["groq", { baseUrl: "https://api.groq.com/openai/v1", keyNames: ["GROQ_API_KEY"] }],
  ["cerebras", { baseUrl: "https://api.cerebras.ai/v1", keyNames: ["CEREBRAS_API_KEY"] }],
  ["xai", { baseUrl: "https://api.x.ai/v1", keyNames: ["XAI_API_KEY"] }],
  ["openrouter", { baseUrl: "https://openrouter.ai/api/v1", keyNames: ["OPENROUTER_API_KEY"] }],
  ["mistral", { baseUrl: "https://api.mistral.ai/v1", keyNames: ["MISTRAL_API_KEY"] }],
  ["together", { baseUrl: "https://api.together.xyz/v1", keyNames: ["TOGETHER_API_KEY"] }],
  ["moonshot", { baseUrl: "https://api.moonshot.ai/v1", keyNames: ["MOONSHOT_API_KEY"] }],
  ["nvidia", { baseUrl: "https://integrate.api.nvidia.com/v1", keyNames: ["NVIDIA_API_KEY"] }],
  ["venice", { baseUrl: "https://api.venice.ai/api/v1", keyNames: ["VENICE_API_KEY"] }],
  ["zai", { baseUrl: "https://api.z.ai/api/paas/v4", keyNames: ["ZAI_API_KEY", "Z_AI_API_KEY"] }],
  [
    "huggingface",
    { baseUrl: "https://router.huggingface.co/v1", keyNames: ["HUGGINGFACE_HUB_TOKEN", "HF_TOKEN"] },
  ],
  ["vercel-ai-gateway", { baseUrl: "https://ai-gateway.vercel.sh/v1", keyNames: ["AI_GATEWAY_API_KEY"] }],
  ["ollama", { baseUrl: "http://127.0.0.1:11434/v1", keyNames: ["OLLAMA_API_KEY"], isLocal: true }],
  ["vllm", { baseUrl: "http://127.0.0.1:8000/v1", keyNames: ["VLLM_API_KEY"], isLocal: true }],
  ["litellm", { baseUrl: "http://127.0.0.1:4000/v1", keyNames: ["LITELLM_API_KEY"], isLocal: true }],
]);

/** Short names everybody may use for a model. */
export const BUILTIN_ALIASES: ReadonlyMap<string, string> = new Map([
  ["opus", "anthropic/claude-opus-4-6"],
  ["sonnet", "anthropic/claude-sonnet-4-6"],
  ["gpt", "openai/gpt-5.2"],
  ["gpt-mini", "openai/gpt-5-mini"],
  ["gemini", "google/gemini-3-pro-preview"],
  ["gemini-flash", "google/gemini-3-flash-preview"],
]);
