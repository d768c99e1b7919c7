import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const main = join(root, 'dist', 'cli', 'main.js');

/** Why the command line cannot be run here; false where it can. */
export const noCli: string | false = existsSync(main) ? false : 'dist/ is not built: run npm run build:ts';

/** Why the embedded model cannot be run here; false where it can. */
export const noModel: string | false = existsSync(join(root, 'models', 'json', 'onnx', 'model.onnx'))
  ? false
  : 'the embedded model has no weights: models/json/onnx/model.onnx is missing';

export interface Run {
  code: number | null;
  out: string;
  err: string;
}

/** Runs the built command line, its standard input from a text; `own` is added to the environment. */
export function runCli(args: readonly string[], input = '', own: NodeJS.ProcessEnv = {}): Promise<Run> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, FORCE_COLOR: undefined, NODE_OPTIONS: '', ...own };
    const child = spawn(process.execPath, [main, ...args], { env });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, out, err }));
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}
