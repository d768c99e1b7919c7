import { type Command, Option } from 'commander';
import { Grammar } from '../engine/grammar.js';
import { grammarKindOf } from '../engine/grammar-kind.js';
import { GrammaskError } from '../errors.js';
import { analyzeJsonSchema } from '../frontends/json-schema/json-schema-program.js';
import type { JsonSchemaOptions, SchemaIssue } from '../frontends/json-schema/types.js';
import { isWrittenKind } from '../frontends/written-grammar.js';
import { explainTarget } from '../targets/explain-target.js';
import { TARGETS, type TargetName, type TargetReport } from '../targets/target-report.js';
import { EXIT } from './exit-codes.js';
import { decodeText, inFile, readStandardInput, readTextFile } from './inputs.js';
import { colorsFor, print, printJson } from './output.js';

interface ExplainOptions extends Pick<JsonSchemaOptions, 'draft' | 'formats'> {
  target?: TargetName;
  json?: boolean;
}

/** `grammask explain SCHEMA` */
export function addExplainCommand(program: Command): void {
  program
    .command('explain')
    .description('tell what of a JSON Schema is supported, what is not, where, and what to do')
    .argument('<schema>', 'a file with a JSON Schema; - is standard input')
    .addOption(
      new Option('--draft <draft>', 'the draft where $schema is absent').choices([
        '2020-12',
        '2019-09',
        '7',
        '6',
        '4',
      ]),
    )
    .addOption(
      new Option('--formats <how>', 'assert formats or take them as annotations').choices([
        'assert',
        'annotate',
      ]),
    )
    .addOption(
      new Option(
        '--target <name>',
        'tell what another back end refuses, ignores, enforces in part or narrows',
      ).choices([...TARGETS]),
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Exit code: 0 the schema can be enforced exactly, 1 it cannot, 2 wrong use. With --target: 0 the back end takes the
schema and lets nothing pass that the schema does not allow.

Examples:
  $ grammask explain invoice.schema.json
  $ grammask explain invoice.schema.json --target xgrammar`,
    )
    .action(async (path: string, options: ExplainOptions) => {
      const kind = path === '-' ? undefined : grammarKindOf(path);
      const text =
        path === '-' ? decodeText(await readStandardInput(), 'standard input') : readTextFile(path);
      if (!isJson(text)) throw notSchema(path, text, kind);
      if (options.target !== undefined) {
        const report = explainTarget(text, options.target);
        if (options.json) printJson(report);
        else printReport(path, report);
        process.exitCode = report.enforced ? EXIT.holds : EXIT.doesNot;
        return;
      }
      const { supported, issues } = analyzeJsonSchema(text, {
        ...(options.draft === undefined ? {} : { draft: options.draft }),
        ...(options.formats === undefined ? {} : { formats: options.formats }),
      });
      if (options.json) printJson({ supported, issues });
      else printAnalysis(path, supported, issues);
      process.exitCode = supported ? EXIT.holds : EXIT.doesNot;
    });
}

/** The error of a text that is no JSON, with its place. */
function notSchema(path: string, text: string, kind: string | undefined): unknown {
  const isRules = kind !== undefined && isWrittenKind(kind);
  const hint = `explain is for JSON Schemas${isRules ? '; lint looks at grammars' : ''}`;
  try {
    inFile(path === '-' ? 'standard input' : path, () => Grammar.jsonSchema(text));
  } catch (error) {
    if (!GrammaskError.isInstance(error)) return error;
    const { code, message, location } = error;
    return new GrammaskError(code, message, {
      hint: error.hint === undefined ? hint : `${error.hint}; ${hint}`,
      location,
      cause: error,
    });
  }
  return new GrammaskError('SYNTAX', 'the schema is not JSON', { hint });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function printReport(
  path: string,
  { version, accepted, enforced, findings, more, notes }: TargetReport,
): void {
  const colors = colorsFor(process.stdout);
  const name = path === '-' ? 'standard input' : path;
  const verdict = enforced
    ? colors.green('taken, and all of it is enforced')
    : accepted
      ? colors.yellow('taken, yet not all of it is enforced')
      : colors.red('refused');
  print(`${name}: ${verdict}`);
  print(colors.dim(`  by ${version}`));
  const paint = {
    refused: colors.red,
    ignored: colors.red,
    weakened: colors.yellow,
    narrowed: colors.cyan,
  };
  for (const { effect, pointer, keyword, message, hint } of findings) {
    const place = pointer === '' ? 'the root' : pointer;
    print(
      `  ${paint[effect](effect.padEnd(8))}  ${place}${keyword === '' ? '' : `, ${keyword}`}: ${message}`,
    );
    if (hint !== undefined) print(`            ${hint}`);
  }
  if (more > 0) print(`  and ${more} more`);
  if (notes.length > 0) print(colors.dim('  of every schema:'));
  for (const note of notes) print(colors.dim(`    ${note}`));
}

function printAnalysis(path: string, supported: boolean, issues: readonly SchemaIssue[]): void {
  const colors = colorsFor(process.stdout);
  const name = path === '-' ? 'standard input' : path;
  print(
    supported
      ? `${name}: ${colors.green('supported')}, every keyword is enforced exactly`
      : `${name}: ${colors.red('not supported')}`,
  );
  const paint = { error: colors.red, warning: colors.yellow, info: colors.cyan };
  for (const { severity, pointer, keyword, message, hint } of issues) {
    const place = pointer === '' ? 'the root' : pointer;
    print(`  ${paint[severity](severity)}  ${place}${keyword === '' ? '' : `, ${keyword}`}: ${message}`);
    if (hint !== undefined) print(`         ${hint}`);
  }
}
