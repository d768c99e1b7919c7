import { resolve } from 'node:path';
import t from 'tap';
import { loadNative } from '../../src/engine/native.js';
import { GrammaskError } from '../../src/errors.js';

const before = process.env.GRAMMASK_NATIVE_PATH;

function restore() {
  if (before === undefined) delete process.env.GRAMMASK_NATIVE_PATH;
  else process.env.GRAMMASK_NATIVE_PATH = before;
}

// The loader keeps what it has loaded, so the failing cases come first and the real addon last.
t.test('an override that names no file is an error with the path, the reason and the command', async (t) => {
  process.env.GRAMMASK_NATIVE_PATH = 'nowhere/grammask.node';
  t.teardown(restore);
  try {
    loadNative();
    t.fail('it must throw');
  } catch (error) {
    if (!GrammaskError.isInstance(error)) throw error;
    t.equal(error.code, 'STATE');
    t.match(error.message, /GRAMMASK_NATIVE_PATH: .*nowhere/);
    t.notMatch(error.message, /prebuilt binary/, 'an override is the only place');
    t.match(error.hint, /unset it; build it with: node ".*build-native\.mjs"/);
    t.same(error.location, { path: resolve('nowhere/grammask.node') });
  }
});

t.test('an override that is no addon is an error too', async (t) => {
  process.env.GRAMMASK_NATIVE_PATH = resolve('package.json');
  t.teardown(restore);
  t.throws(() => loadNative(), { code: 'STATE' });
});

t.test('after a failure the built addon still loads, and once only', async (t) => {
  const addon = loadNative();
  t.type(addon, 'object');
  t.equal(loadNative(), addon);
});
