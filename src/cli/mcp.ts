import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { GrammaskError } from '../errors.js';
import { createProjectRoot } from '../mcp/project-root.js';
import { serveOnStdio } from '../mcp/server.js';
import { createTools, type NamesOfTexts } from '../mcp/tools.js';
import { typescriptEngine } from '../repair/engines/typescript/typescript-engine.js';
import { proposeRanked } from '../repair/propose.js';
import { createValidator } from '../repair/validate/validator.js';
import { EXIT } from './exit-codes.js';
import { isFile, numberOption, wordOption } from './inputs.js';
import { splitCommand } from './split-command.js';

interface McpOptions {
  project: string;
  tsconfig?: string;
  test?: string;
  testTimeout: number;
  checkTimeout: number;
  modules: (typeof modules)[number];
  engine: (typeof engines)[number];
}

const engines = ['typescript', 'none'] as const;
const modules = ['shared', 'fresh', 'link', 'none'] as const;

/** `grammask mcp --project DIR` */
export function addMcpCommand(program: Command): void {
  program
    .command('mcp')
    .description(
      'serve agents over the Model Context Protocol (standard input and output): check edits, propose patches',
    )
    .requiredOption(
      '--project <dir>',
      'the folder of the project: calls can name its files alone, and nothing is written',
    )
    .option('--tsconfig <file>', 'the configuration, relative to the project (default: tsconfig.json)')
    .option('--test <command>', 'what tells whether the project works; run without a shell, on a copy')
    .option('--test-timeout <ms>', 'milliseconds of a test run', numberOption('--test-timeout'), 60_000)
    .option('--check-timeout <ms>', 'milliseconds of a type check', numberOption('--check-timeout'), 60_000)
    .option(
      '--modules <how>',
      `how node_modules comes into copies: ${modules.join(', ')}`,
      wordOption('--modules', modules),
      'shared',
    )
    .option(
      '--engine <name>',
      `who knows which names exist: ${engines.join(', ')}`,
      wordOption('--engine', engines),
      'typescript',
    )
    .addHelpText('after', '\nExample:\n  $ grammask mcp --project . --test "node --test"')
    .action(async (options: McpOptions) => {
      process.exitCode = await serve(options);
    });
}

async function serve(options: McpOptions): Promise<number> {
  const root = await createProjectRoot(options.project);
  const place = options.tsconfig === undefined ? undefined : resolve(root.path, options.tsconfig);
  if (place !== undefined && !isFile(place)) {
    throw new GrammaskError('ARGUMENT', `there is no configuration ${place}`, {
      hint: '--tsconfig is relative to the project',
      location: { path: place },
    });
  }
  const command = options.test === undefined ? [] : splitCommand(options.test, '--test');
  const hasTests = command.length > 0;
  const validator = createValidator({
    project: root.path,
    tsconfig: options.tsconfig,
    checkTimeoutMs: options.checkTimeout,
    test: hasTests ? { command, timeoutMs: options.testTimeout } : undefined,
    copies: { modules: options.modules },
  });
  const engine = options.engine === 'none' ? undefined : engineOf(root.path, options);
  try {
    const propose = proposeRanked({ validator, hasTests, names: engine });
    await serveOnStdio(createTools({ root, validator, hasTests, engine, propose }), packageVersion());
  } finally {
    await Promise.all([engine?.dispose(), validator.dispose()]);
  }
  return EXIT.holds;
}

/** Names for the texts of a call. Other files may have changed since the last one, so the disk is looked at again. */
function engineOf(
  project: string,
  { tsconfig, checkTimeout }: McpOptions,
): NamesOfTexts & { dispose(): Promise<void> } {
  const place = tsconfig === undefined ? project : resolve(project, tsconfig);
  const engine = typescriptEngine({ project: place, deadlineMs: checkTimeout });
  return {
    complete: (request) => engine.complete({ ...request, file: resolve(project, request.file) }),
    refresh: () => engine.refresh(),
    dispose: () => engine.dispose(),
  };
}

function packageVersion(): string {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
}
