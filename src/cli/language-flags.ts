// The options of commands that run a model: which one, and the language of its answer.
import type { Command } from 'commander';
import { grammarFiles } from '../engine/grammar-kind.js';
import type { SchemaOptions } from '../generate/options.js';
import { numberOption, wordOption } from './inputs.js';

export interface ModelFlags {
  model?: string;
  dtype?: string;
  device?: string;
  threads?: number;
}

export function addModelFlags(command: Command): Command {
  return command
    .option('--model <dir>', 'a model folder in the Hugging Face ONNX layout (default: the embedded model)')
    .option('--dtype <type>', 'weights of the folder: fp32, fp16, q8, q4 and so on')
    .option('--device <name>', 'where the model runs (default: cpu)')
    .option('--threads <n>', 'threads of a step of the model', numberOption('--threads'));
}

export interface LanguageFlags {
  schema?: string;
  draft?: SchemaOptions['draft'];
  formats?: SchemaOptions['formats'];
  grammar?: string;
  regex?: string;
  choices?: string;
}

// The engine says which of them it knows.
const drafts = ['2020-12', '2019-09', '7', '6', '4'] as const;

export function addLanguageFlags(command: Command): Command {
  return command
    .option('--schema <file>', 'the answer is JSON of this JSON Schema')
    .option(
      '--draft <draft>',
      `the draft of a schema without $schema: ${drafts.join(', ')}`,
      wordOption('--draft', drafts),
    )
    .option(
      '--formats <how>',
      'whether the formats of the drafts are enforced: assert or annotate',
      wordOption('--formats', ['assert', 'annotate'] as const),
    )
    .option('--grammar <file>', `the answer is a text of this grammar (${grammarFiles})`)
    .option('--regex <pattern>', 'the whole answer matches this pattern')
    .option('--choices <a,b>', 'the answer is one of these');
}
