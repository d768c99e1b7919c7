// The demonstration of `npm start`: a text that the model was never trained on, read into JSON as its schema demands.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { GrammaskError } from '../errors.js';
import { loadModel } from '../model/load-model.js';
import { embeddedModelPath } from '../model/model-folder.js';
import { EXIT, exitCodeOf } from './exit-codes.js';
import { extractionMessages } from './extraction-messages.js';
import { createJsonLines } from './json-lines.js';
import { colorsFor, ms, print, printError, watchOutput } from './output.js';
import { timingsLines } from './timings-line.js';

interface Example {
  text: string;
  schema: object;
}

/**
 * Prints a text, a schema, the JSON as it streams, and the time of every part.
 *
 * @param args `--example N`: one of the hand-written examples, from 1 (default 4); `--model DIR`: another model
 * @returns the exit code
 */
export async function runDemo(args: readonly string[]): Promise<number> {
  watchOutput();
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { example: { type: 'string', default: '4' }, model: { type: 'string' } },
    });
    return await demonstrate(readExample(values.example), values.model);
  } catch (error) {
    printError(error, false);
    return isParseError(error) ? EXIT.wrongUse : exitCodeOf(error);
  }
}

async function demonstrate({ text, schema }: Example, modelPath: string | undefined): Promise<number> {
  const colors = colorsFor(process.stdout);
  const title = (name: string, note = ''): void => print(`\n${colors.bold(name)}${colors.dim(note)}`);
  print(
    colors.bold('grammask') + colors.dim(': a small language model on this machine, held to a JSON Schema'),
  );
  title('Text');
  print(indent(text));
  title('Schema');
  print(indent(schemaLines(schema)));

  const started = performance.now();
  const model = await loadModel(modelPath);
  const loadMs = performance.now() - started;
  try {
    title('JSON', ', as the model writes it');
    const messages = extractionMessages(text, schema, model.info.chatTemplate);
    const stream = model.stream({ messages, schema, maxTokens: 300 });
    const lines = createJsonLines('  ');
    process.stdout.write('  ');
    for await (const { delta } of stream) process.stdout.write(colors.cyan(lines(delta)));
    const result = await stream.result;
    print('');
    title('Check');
    const verdict = await validate(schema, result.value);
    print(indent(verdict.isValid ? colors.green(verdict.words) : colors.red(verdict.words)));
    title('Time');
    print(indent([`load ${ms(loadMs)}`, ...timingsLines(result.timings)].join('\n')));
    return verdict.isValid ? EXIT.holds : EXIT.doesNot;
  } finally {
    await model.dispose();
  }
}

function readExample(number: string): Example {
  const path = join(embeddedModelPath, 'handwritten.jsonl');
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  const line = lines[Number(number) - 1];
  if (line !== undefined) return JSON.parse(line);
  throw new GrammaskError('ARGUMENT', `there is no example ${number}`, {
    hint: `there are 1 to ${lines.length}`,
  });
}

/** One property a line. */
function schemaLines(schema: object): string {
  const { properties, ...rest } = schema as { properties?: Record<string, unknown> };
  if (properties === undefined) return JSON.stringify(schema, null, 2);
  const members = Object.entries(properties).map(
    ([name, property]) => `    ${JSON.stringify(name)}: ${JSON.stringify(property)}`,
  );
  const others = Object.entries(rest).map(
    ([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)}`,
  );
  return ['{', [`  "properties": {\n${members.join(',\n')}\n  }`, ...others].join(',\n'), '}'].join('\n');
}

/** A second opinion: ajv shares nothing with the engine. */
async function validate(schema: object, value: unknown): Promise<{ isValid: boolean; words: string }> {
  const ajv = await import('ajv/dist/2020.js').catch(() => undefined);
  if (ajv === undefined) {
    return {
      isValid: true,
      words: 'ajv is not installed, so nothing but the engine says that the value is valid',
    };
  }
  const validator = new ajv.Ajv2020({ strict: false });
  const isValid = validator.validate(schema, value);
  return {
    isValid,
    words: isValid ? 'ajv finds the value valid' : `ajv finds the value invalid: ${validator.errorsText()}`,
  };
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}

function isParseError(error: unknown): boolean {
  return (
    error instanceof TypeError && String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS')
  );
}
