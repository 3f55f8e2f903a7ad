import * as v from "valibot";
import { invalidRequest, type Checked } from "../reply.ts";

const between = (name: string, min: number, max: number) => {
  const message = `\`${name}\` must be between ${min} and ${max}.`;
  return v.nullish(v.pipe(v.number(message), v.minValue(min, message), v.maxValue(max, message)));
};

const tokenCount = (name: string) => {
  const message = `\`${name}\` must be a positive integer.`;
  return v.nullish(v.pipe(v.number(message), v.integer(message), v.minValue(1, message)));
};

const STOP = "`stop` must be a non-empty string or up to 4 of them.";
const SEED = "`seed` must be an integer.";
const FORMAT = '`response_format.type` must be "text", "json_object" or "json_schema".';

const stopText = v.pipe(v.string(STOP), v.nonEmpty(STOP));

/** Sampling options of OpenAI's chat API: checked so that a client's mistake is not swallowed. */
const SamplingSchema = v.object({
  temperature: between("temperature", 0, 2),
  top_p: between("top_p", 0, 1),
  frequency_penalty: between("frequency_penalty", -2, 2),
  presence_penalty: between("presence_penalty", -2, 2),
  max_tokens: tokenCount("max_tokens"),
  max_completion_tokens: tokenCount("max_completion_tokens"),
  seed: v.nullish(v.pipe(v.number(SEED), v.integer(SEED))),
  stop: v.nullish(v.union([stopText, v.pipe(v.array(stopText, STOP), v.maxLength(4, STOP))], STOP)),
  response_format: v.nullish(
    v.object({ type: v.picklist(["text", "json_object", "json_schema"], FORMAT) }, FORMAT),
  ),
});

/** Refuses sampling options out of range, naming the first one. */
export function checkSampling(body: Readonly<Record<string, unknown>>): Checked<undefined> {
  const result = v.safeParse(SamplingSchema, body, { abortEarly: true });
  return result.success ? { ok: true, value: undefined } : invalidRequest(result.issues[0].message);
}
