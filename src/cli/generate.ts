import type { Command } from 'commander';
import ora from 'ora';
import { Grammar } from '../engine/grammar.js';
import { GrammaskError } from '../errors.js';
import type { GenerateResult } from '../generate/generate.js';
import type {
  ChoicesOptions,
  GenerateOptions,
  OnLimit,
  PromptOptions,
  SchemaOptions,
  TextOptions,
} from '../generate/options.js';
import { loadModel, type Model } from '../model/load-model.js';
import { EXIT } from './exit-codes.js';
import { readGrammar } from './grammar-source.js';
import { isFile, numberOption, readStandardInput, readTextFile, wordOption } from './inputs.js';
import { addLanguageFlags, addModelFlags, type LanguageFlags, type ModelFlags } from './language-flags.js';
import { colorsFor, print, printJson } from './output.js';
import { timingsLines } from './timings-line.js';

interface GenerateFlags extends ModelFlags, LanguageFlags {
  verify?: boolean;
  system?: string;
  raw?: boolean;
  maxTokens?: number;
  temperature?: number;
  topP?: number;
  topK?: number;
  minP?: number;
  seed?: number;
  stop?: string[];
  onLimit?: OnLimit;
  stream?: boolean;
  json?: boolean;
}

const limits = ['close', 'error', 'partial'] as const;

/** `grammask generate PROMPT` */
export function addGenerateCommand(program: Command): void {
  const command = program
    .command('generate')
    .description('generate a text with a language model on this machine, in a language where one is given')
    .argument('[prompt]', 'the text for the model; standard input without it, or for -');
  addLanguageFlags(addModelFlags(command))
    .option('--verify', 'let ajv, where it is installed, check the answer against the schema too')
    .option('--system <text>', 'a system message before the prompt')
    .option('--raw', 'the prompt goes to the model as it is, without its chat template')
    .option('--max-tokens <n>', 'most tokens of the answer (default: 512)', numberOption('--max-tokens'))
    .option(
      '--temperature <t>',
      '0 takes the most probable token (default: 0)',
      numberOption('--temperature'),
    )
    .option('--top-p <p>', 'only the most probable tokens that together reach this', numberOption('--top-p'))
    .option('--top-k <k>', 'only so many of the most probable tokens', numberOption('--top-k'))
    .option(
      '--min-p <p>',
      'only tokens at least this probable beside the most probable',
      numberOption('--min-p'),
    )
    .option('--seed <n>', 'the same seed draws the same answer', numberOption('--seed'))
    .option('--stop <text...>', 'end the answer before one of these texts')
    .option(
      '--on-limit <what>',
      'close, error or partial at the limit of tokens',
      wordOption('--on-limit', limits),
    )
    .option('--stream', 'print the answer as it comes, also where the output is no terminal')
    .option('--json', 'print the result with its timings as JSON; with --stream, a line for each piece first')
    .addHelpText(
      'after',
      `
Exit code: 0 done, 1 no such answer, 2 wrong use, 3 unfinished at the limit of tokens, 130 interrupted.

Examples:
  $ grammask generate --schema invoice.schema.json < mail.txt
  $ grammask generate --model ./SmolLM2-135M-Instruct --choices yes,no 'Is fire hot?'`,
    )
    .action(async (prompt: string | undefined, flags: GenerateFlags) => {
      process.exitCode = await generateCommand(prompt, flags);
    });
}

async function generateCommand(prompt: string | undefined, flags: GenerateFlags): Promise<number> {
  const constraint = constraintOf(flags);
  const text = prompt === undefined || prompt === '-' ? await promptFromInput() : prompt;
  if (text.trim() === '') {
    throw new GrammaskError('ARGUMENT', 'the prompt is empty', {
      hint: 'give it as an argument, or on standard input: grammask generate < mail.txt',
    });
  }
  const interrupt = new AbortController();
  const onInterrupt = (): void => interrupt.abort();
  process.once('SIGINT', onInterrupt);
  const model = await load(flags);
  try {
    const options: GenerateOptions = {
      ...promptOptions(model, text, flags),
      ...constraint,
      maxTokens: flags.maxTokens,
      temperature: flags.temperature,
      topP: flags.topP,
      topK: flags.topK,
      minP: flags.minP,
      seed: flags.seed,
      onLimit: flags.onLimit,
      signal: interrupt.signal,
    };
    const streams = flags.stream === true || (process.stdout.isTTY && !flags.json);
    const result = await (streams ? printStream(model, options, flags) : model.generate(options));
    if (flags.json) printResultJson(result, flags.stream === true);
    else if (!streams) print(result.text);
    if (process.stderr.isTTY && !flags.json) printTimings(result);
    return result.finishReason === 'length' ? EXIT.inconclusive : EXIT.holds;
  } finally {
    process.removeListener('SIGINT', onInterrupt);
    await model.dispose();
  }
}

async function promptFromInput(): Promise<string> {
  if (process.stdin.isTTY) {
    throw new GrammaskError('ARGUMENT', 'there is no prompt', {
      hint: 'give it as an argument, or on standard input: grammask generate < mail.txt',
    });
  }
  return new TextDecoder().decode(await readStandardInput());
}

function constraintOf(flags: GenerateFlags): SchemaOptions | ChoicesOptions | TextOptions {
  const given = (['schema', 'grammar', 'regex', 'choices'] as const).filter(
    (name) => flags[name] !== undefined,
  );
  if (given.length > 1) {
    throw new GrammaskError(
      'ARGUMENT',
      `${given.map((name) => `--${name}`).join(' and ')} are given, expected at most one`,
    );
  }
  if (given.length === 1 && flags.stop !== undefined) {
    throw new GrammaskError('ARGUMENT', `--stop and --${given[0]} are given, expected at most one`, {
      hint: 'a stop text would cut the answer where it is not valid',
    });
  }
  const stray = (['draft', 'formats', 'verify'] as const).find((name) => flags[name] !== undefined);
  if (flags.schema === undefined && stray !== undefined) {
    throw new GrammaskError('ARGUMENT', `--${stray} goes with --schema only`);
  }
  if (flags.schema !== undefined) {
    const { draft, formats, verify } = flags;
    return { schema: readTextFile(flags.schema), draft, formats, verify: verify ? 'ajv' : false };
  }
  if (flags.grammar !== undefined) return { grammar: grammarOf(flags.grammar) };
  if (flags.regex !== undefined) return { regex: flags.regex };
  if (flags.choices !== undefined) {
    const choices = flags.choices.split(',');
    if (!choices.includes('')) return { choices };
    throw new GrammaskError('ARGUMENT', '--choices has an empty choice', {
      hint: 'write the choices with one comma between two: --choices yes,no',
    });
  }
  return { stop: flags.stop };
}

function grammarOf(argument: string): Grammar {
  return isFile(argument) || !/::=/.test(argument)
    ? readGrammar(argument, undefined)
    : Grammar.ebnf(argument);
}

function promptOptions(model: Model, text: string, { raw, system }: GenerateFlags): PromptOptions {
  if (raw || model.info.chatTemplate === null) {
    if (system !== undefined) {
      throw new GrammaskError('ARGUMENT', '--system needs the chat template of the model', {
        hint: raw ? 'leave --raw out' : 'this model has none: write it into the prompt',
      });
    }
    return { prompt: text };
  }
  const first = system === undefined ? [] : [{ role: 'system', content: system }];
  return { messages: [...first, { role: 'user', content: text }] };
}

async function load(flags: GenerateFlags): Promise<Model> {
  // A spinner for a terminal; ora prints nothing elsewhere when it is silent.
  // A terminal that says it is 0 columns wide would keep the spinner clearing lines for ever.
  const hasRoom = process.stderr.isTTY && process.stderr.columns > 0;
  const spinner = ora({ isSilent: !hasRoom || flags.json === true, text: 'Loading the model' });
  spinner.start();
  try {
    return await loadModel(flags.model, {
      dtype: flags.dtype,
      device: flags.device,
      threads: flags.threads,
      onProgress: ({ stage }) => {
        spinner.text = `Loading the model: ${stage}`;
      },
    });
  } finally {
    spinner.stop();
  }
}

async function printStream(
  model: Model,
  options: GenerateOptions,
  { json }: GenerateFlags,
): Promise<GenerateResult> {
  const stream = model.stream(options);
  for await (const part of stream) {
    process.stdout.write(json ? `${JSON.stringify(part)}\n` : part.delta);
  }
  const result = await stream.result;
  if (!json) process.stdout.write('\n');
  return result;
}

function printResultJson(result: GenerateResult, inOneLine: boolean): void {
  if (inOneLine) print(JSON.stringify({ result }));
  else printJson(result);
}

function printTimings(result: GenerateResult): void {
  const colors = colorsFor(process.stderr);
  const lines = timingsLines(result.timings).map((line) => colors.dim(line));
  if (result.finishReason !== 'stop') {
    const how = result.finishReason === 'closed' ? 'brought to a valid end' : 'ended';
    lines.unshift(colors.yellow(`${how} at the limit of tokens`));
  }
  process.stderr.write(`${lines.join('\n')}\n`);
}
