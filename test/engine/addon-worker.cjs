// Uses the addon until it is stopped; the thread of the workers test. Plain JavaScript over the addon itself, so that a
// thread starts in milliseconds.
const { parentPort, workerData } = require('node:worker_threads');

const { path, program, mode } = workerData;
const addon = require(path);
addon.setErrorMaker((code, message) => Object.assign(new Error(message), { code }));

const tokens = {
  bytes: Uint8Array.from({ length: 256 }, (_, byte) => byte),
  offsets: Uint32Array.from({ length: 258 }, (_, token) => Math.min(token, 256)),
  holes: new Uint8Array(257),
  stopTokens: [256],
  specialTokens: [],
  specialNames: [],
  logitsSize: 0,
};
const compiler = new addon.Compiler(new addon.Vocabulary(tokens));

function compile() {
  return new Promise((resolve, reject) => {
    compiler.compile(program, {}, (error, compiled) => (error ? reject(error) : resolve(compiled)));
  });
}

async function round() {
  const compiled = await compile();
  const matcher = compiled.matcher({});
  // Built on a native thread, too; the end of this one may come before.
  for (let i = 0; i < 3; i++) addon.buildVocabulary(tokens, () => {});
  for (const char of '{"name') {
    const pending = matcher.fillMaskAsync(new Int32Array(9));
    if (mode === 'wait') pending.wait();
    else if (mode === 'await') await new Promise((resolve) => pending.onReady(resolve));
    else {
      // Left alone: the event loop delivers them, or the end of the thread comes first.
      for (let i = 0; i < 5; i++) compiled.matcher({}).fillMaskAsync(new Int32Array(9));
      await new Promise((resolve) => setTimeout(resolve, 1));
      pending.wait();
    }
    if (!matcher.acceptBytes(char)) throw new Error(`${char} was refused`);
  }
}

async function forever() {
  parentPort.postMessage('ready');
  for (;;) await round();
}
forever();
