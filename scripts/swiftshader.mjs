// Fetches a Vulkan driver that needs no GPU into .build/swiftshader: SwiftShader, as Debian's chromium-common carries it.
// With it the tests run a model on ONNX Runtime's WebGPU provider anywhere. Nothing is installed: two files are taken out of the
// package, which apt has verified.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const target = fileURLToPath(new URL('../.build/swiftshader', import.meta.url));
if (existsSync(join(target, 'vk_swiftshader_icd.json'))) process.exit(0);

mkdirSync(join(target, '..'), { recursive: true });
const work = mkdtempSync(`${target}-`);
try {
  execFileSync('apt-get', ['download', '-qq', 'chromium-common'], {
    cwd: work,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const file = readdirSync(work).find((name) => name.endsWith('.deb'));
  if (file === undefined) throw new Error('apt-get gave no package');
  execFileSync('dpkg-deb', ['--extract', file, 'files'], { cwd: work });
  const from = join(work, 'files/usr/lib/chromium');
  const wanted = ['libvk_swiftshader.so', 'libvulkan.so.1', 'vk_swiftshader_icd.json'];
  for (const name of readdirSync(from))
    if (!wanted.includes(name)) rmSync(join(from, name), { recursive: true });
  for (const name of wanted) {
    if (!existsSync(join(from, name))) throw new Error(`the package has no ${name}`);
  }
  rmSync(target, { recursive: true, force: true });
  renameSync(from, target);
  console.log(`a Vulkan driver without GPU is in ${target}`);
} catch (error) {
  console.error(`no Vulkan driver could be fetched (apt-get on Debian is needed): ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}
