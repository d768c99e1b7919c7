import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * The file that the runtime lacks for a device: providers such as CUDA are libraries of their own, which its package does not
 * bring, and its error does not name them. undefined where none of them is missing, or the device needs none.
 */
export function missingProviderFile(device: string): string | undefined {
  if (!/^[a-z0-9]+$/.test(device) || device === 'cpu' || device === 'webgpu') return undefined;
  const [prefix, suffix] = process.platform === 'win32' ? ['', '.dll'] : ['lib', '.so'];
  const folder = providerFolder();
  if (folder === undefined) return undefined;
  return [
    `${prefix}onnxruntime_providers_shared${suffix}`,
    `${prefix}onnxruntime_providers_${device}${suffix}`,
  ]
    .map((name) => join(folder, name))
    .find((file) => !existsSync(file));
}

function providerFolder(): string | undefined {
  try {
    const bin = join(dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json')), 'bin');
    return readdirSync(bin)
      .map((version) => join(bin, version, process.platform, process.arch))
      .find((folder) => existsSync(folder));
  } catch {
    return undefined;
  }
}
