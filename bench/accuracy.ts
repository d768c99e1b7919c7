// Field accuracy of a model on the examples of models/json that it was never trained on: 200 generated ones, and 30
// written by hand whose field names the generator never uses. Constrained (the answer must fit the schema) and free.
//
//   npm run accuracy [-- --model DIR --limit N --json]
//
// A field is a leaf of the expected value, under its path; it is right where the answer has the same value there.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Template } from '@huggingface/jinja';
import { extractionMessages } from '../src/cli/extraction-messages.js';
import type * as Package from '../src/index.js';

// The built package: the thread of a model does not run from TypeScript here.
const { Grammar, loadModel }: typeof Package = await import(
  new URL('../dist/index.js', import.meta.url).href
);

interface Example {
  text: string;
  schema: object;
  json: unknown;
}

interface Score {
  examples: number;
  /** Answers that are JSON and fit the schema. */
  valid: number;
  /** Answers that are right in every field. */
  exact: number;
  fields: number;
  right: number;
  tokens: number;
  ms: number;
}

const folder = new URL('../models/json/', import.meta.url);
const sets = { generated: 'heldout.jsonl', 'hand-written': 'handwritten.jsonl' };
const maxTokens = 400;

const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    limit: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const limit = values.limit === undefined ? Number.POSITIVE_INFINITY : Number(values.limit);
const model = await loadModel(values.model);
const report: Record<string, Record<string, Score>> = {};
for (const [name, file] of Object.entries(sets)) {
  const examples = readExamples(file).slice(0, limit);
  report[name] = { constrained: await score(examples, true), free: await score(examples, false) };
}
await model.dispose();
if (values.json) console.log(JSON.stringify(report, null, 2));
else printReport();

function readExamples(file: string): Example[] {
  const lines = readFileSync(new URL(file, folder), 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line));
}

async function score(examples: readonly Example[], constrained: boolean): Promise<Score> {
  const total: Score = { examples: 0, valid: 0, exact: 0, fields: 0, right: 0, tokens: 0, ms: 0 };
  for (const example of examples) {
    const { text, tokens, ms } = await answer(model, example, constrained);
    const value = parse(text);
    const wanted = leaves(example.json);
    const found = new Map(leaves(value));
    const right = wanted.filter(([path, leaf]) => found.get(path) === leaf).length;
    total.examples++;
    total.fields += wanted.length;
    total.right += right;
    if (right === wanted.length && found.size === wanted.length) total.exact++;
    if (value !== undefined && Grammar.jsonSchema(example.schema).test(text)) total.valid++;
    total.tokens += tokens;
    total.ms += ms;
  }
  return total;
}

async function answer(
  model: Package.Model,
  { text, schema }: Example,
  constrained: boolean,
): Promise<{ text: string; tokens: number; ms: number }> {
  const messages = extractionMessages(text, schema, model.info.chatTemplate);
  const result = await model.generate(
    constrained ? { messages, schema, maxTokens } : { ...freePrompt(messages, schema), maxTokens },
  );
  return { text: result.text.trim(), tokens: result.usage.completionTokens, ms: result.timings.total };
}

/** The same prompt as with the constraint: a template that reads the schema is rendered here, with it. */
function freePrompt(messages: Package.ChatMessage[], schema: object): Package.GenerateOptions {
  if (!model.info.chatTemplate?.readsSchema) return { messages };
  const config = JSON.parse(readFileSync(`${model.info.path}/tokenizer_config.json`, 'utf8'));
  const template = new Template(config.chat_template);
  const prompt = template.render({ ...config, messages, schema, add_generation_prompt: true });
  return { prompt };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Paths and values of everything that has no members, in the form of JSON. */
function leaves(value: unknown, path = ''): [string, string][] {
  if (value === undefined) return [];
  if (typeof value !== 'object' || value === null) return [[path, JSON.stringify(value)]];
  const members = Object.entries(value);
  if (members.length === 0) return [[path, JSON.stringify(value)]];
  return members.flatMap(([name, member]) => leaves(member, `${path}/${name}`));
}

function printReport(): void {
  const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`;
  console.log('examples             answers      valid     fields right   all fields right   ms an answer');
  for (const [name, modes] of Object.entries(report)) {
    for (const [mode, s] of Object.entries(modes)) {
      const cells = [
        `${s.examples} ${name}`.padEnd(20),
        mode.padEnd(12),
        percent(s.valid, s.examples).padEnd(9),
        percent(s.right, s.fields).padEnd(14),
        percent(s.exact, s.examples).padEnd(18),
        (s.ms / s.examples).toFixed(0),
      ];
      console.log(cells.join(' '));
    }
  }
}
