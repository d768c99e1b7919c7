import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t from 'tap';
import { typescriptArguments } from '../support/typescript-arguments.js';

const driver = fileURLToPath(new URL('../../.build/swiftshader', import.meta.url));
const skip =
  process.env.VK_ICD_FILENAMES !== undefined || existsSync(driver)
    ? false
    : 'no Vulkan driver: node scripts/swiftshader.mjs fetches one that needs no GPU';

/** Largest difference of a logit between the two devices: sums are taken in another order. */
const TOLERANCE = 1e-3;

t.test('the embedded model decodes on WebGPU as on the processor', { skip, timeout: 300_000 }, async (t) => {
  const program = fileURLToPath(new URL('./webgpu-program.ts', import.meta.url));
  const env =
    process.env.VK_ICD_FILENAMES === undefined
      ? {
          ...process.env,
          VK_ICD_FILENAMES: join(driver, 'vk_swiftshader_icd.json'),
          // The runtime opens libvulkan.so.1 by its name.
          LD_LIBRARY_PATH: [driver, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':'),
        }
      : process.env;
  const { stdout } = await promisify(execFile)(process.execPath, [...typescriptArguments, program], { env });
  const seen = JSON.parse(stdout) as {
    difference: number;
    afterCut: number;
    locations: string[];
    text: string;
  };
  t.ok(seen.difference < TOLERANCE, `first step: logits differ by ${seen.difference} at most`);
  t.ok(seen.afterCut < TOLERANCE, `behind a cut: logits differ by ${seen.afterCut} at most`);
  t.same(seen.locations, ['gpu-buffer'], 'the cache stays on the device');
  t.match(seen.text, /^\{"ok":(true|false)\}$/);
});
