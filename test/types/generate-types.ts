// The types of a generation, held by `npm run typecheck`: nothing here is run.
import { toStandardJsonSchema } from '@valibot/to-json-schema';
import { type } from 'arktype';
import * as v from 'valibot';
import * as z from 'zod';
import { type GenerateOptions, Grammar, type Model } from '../../src/index.js';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Does not compile where the types differ. */
function same<A, B>(_: Equal<A, B>): void {}

declare const model: Model;
const prompt = 'p';

export async function valuesAreTyped(): Promise<void> {
  const zod = z.object({
    name: z.string(),
    tags: z.array(z.string()).default([]),
    at: z.codec(z.string(), z.date(), { decode: (s) => new Date(s), encode: (d) => d.toISOString() }),
  });
  const fromZod = await model.generate({ prompt, schema: zod });
  same<typeof fromZod.value, { name: string; tags: string[]; at: Date }>(true);
  const written = await model.generate({ prompt, schema: z.toJSONSchema(zod) });
  same<typeof written.value, { name: string; tags: string[]; at: Date }>(true);

  const valibot = v.object({ name: v.string(), size: v.optional(v.picklist(['s', 'l']), 's') });
  const fromValibot = await model.generate({ prompt, schema: toStandardJsonSchema(valibot) });
  same<typeof fromValibot.value, { name: string; size: 's' | 'l' }>(true);

  const ark = type({ name: 'string', size: "'s' | 'l'", count: 'string.integer.parse' });
  const fromArk = await model.generate({ prompt, schema: ark });
  same<typeof fromArk.value, { name: string; size: 's' | 'l'; count: number }>(true);

  const chosen = await model.generate({ prompt, choices: ['yes', 'no'] });
  same<typeof chosen.value, 'yes' | 'no'>(true);
  const list: readonly string[] = ['yes'];
  same<Awaited<ReturnType<typeof fromList>>['value'], string>(true);
  const fromList = () => model.generate({ prompt, choices: list });

  const text = await model.generate({ prompt, regex: /a+/ });
  same<typeof text.value, string>(true);
  const free = await model.generate({ messages: [{ role: 'user', content: 'hi' }], stop: ['.'] });
  same<typeof free.value, string>(true);

  const schema = { type: 'object', properties: { a: { type: 'integer' } } } as const;
  const plain = await model.generate({ prompt, schema });
  same<typeof plain.value, unknown>(true);
  const named = await model.generate<{ a: number }>({ prompt, schema });
  same<typeof named.value, { a: number }>(true);
  const listed = await model.generate<string[]>({ prompt, schema: { type: 'array' } });
  same<typeof listed.value, string[]>(true);
  const options = { prompt, schema: '{}' } as GenerateOptions;
  same<Awaited<ReturnType<typeof dynamic>>['value'], unknown>(true);
  const dynamic = () => model.generate(options);
}

export async function unfinishedAnswersAreTyped(): Promise<void> {
  const schema = z.object({ a: z.number() });
  const partial = await model.generate({ prompt, schema, onLimit: 'partial' });
  same<typeof partial.value, { a: number } | undefined>(true);
  const failing = await model.generate({ prompt, schema, onLimit: 'error' });
  same<typeof failing.value, { a: number }>(true);
  const chosen = await model.generate({ prompt, choices: ['a', 'b'], onLimit: 'partial' });
  same<typeof chosen.value, string>(true);
}

export async function streamsAreTyped(): Promise<void> {
  const schema = z.object({
    kind: z.enum(['alpha', 'beta']),
    items: z.array(z.object({ n: z.number(), on: z.boolean() })),
    at: z.string().transform((text) => new Date(text)),
  });
  const stream = model.stream({ prompt, schema });
  for await (const { partial } of stream) {
    type Expected = { kind?: string; items?: { n?: number; on?: boolean }[]; at?: string };
    same<typeof partial, Expected | undefined>(true);
  }
  same<Awaited<typeof stream.result>['value'], z.output<typeof schema>>(true);
  for await (const { partial } of model.stream({ prompt, choices: ['a', 'b'] })) {
    same<typeof partial, string>(true);
  }
  same<Awaited<ReturnType<typeof named>>, { a: number }>(true);
  const named = async () => (await model.stream<{ a: number }>({ prompt, schema: {} }).result).value;
}

export function wrongOptionsDoNotTypeCheck(): void {
  const schema = { type: 'null' };
  // @ts-expect-error two constraints
  model.generate({ prompt, schema, choices: ['a'] });
  // @ts-expect-error two constraints
  model.generate({ prompt, regex: 'a', grammar: Grammar.choice(['a']) });
  // @ts-expect-error two constraints
  model.stream({ prompt, schema: z.string(), regex: 'a' });
  // @ts-expect-error a prompt and messages
  model.generate({ prompt, messages: [{ role: 'user', content: 'hi' }] });
  // @ts-expect-error neither prompt nor messages
  model.generate({ schema });
  // @ts-expect-error a style without a schema
  model.generate({ prompt, regex: 'a', style: { whitespace: 'any' } });
  // @ts-expect-error verify without a schema
  model.generate({ prompt, choices: ['a'], verify: 'ajv' });
  // @ts-expect-error a stop text with a constraint
  model.generate({ prompt, regex: 'a', stop: 'b' });
  // @ts-expect-error an option that does not exist
  model.generate({ prompt, schema, maxToken: 3 });
  // @ts-expect-error no such way to end
  model.generate({ prompt, schema, onLimit: 'later' });
}
