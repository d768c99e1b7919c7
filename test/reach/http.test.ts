import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { loadModel, type Model } from '../../src/index.js';
import {
  find,
  flip,
  type HttpFindOptions,
  type HttpTargetOptions,
  httpTarget,
  shareBound,
  verify,
} from '../../src/reach/index.js';
import { type Fault, type ModelServer, serveModel } from './model-server.js';
import { runExample } from './run-example.js';
import { loadTickets, ticketSchema } from './tickets.js';

let model: Model;
t.before(async () => {
  model = await loadTickets();
});
t.after(() => model.dispose());

const system = {
  template: 'ticket: refund crash bug{{input}} card\n',
  schema: ticketSchema,
  field: 'team',
  control: { characters: 'amt ' },
  maxTokens: 64,
} as const;

const target = (server: ModelServer, options: Partial<HttpTargetOptions> = {}) =>
  httpTarget({
    ...{ url: server.url, model: 'tickets', responseFormat: 'json_schema', backoffMs: 1, retries: 3 },
    ...options,
  });

t.test('a server is a model that shows no logits: the same witnesses, and no certificates', async (t) => {
  const server = await serveModel(model);
  t.teardown(() => server.close());
  const options = { ...system, model: target(server, { concurrency: 3 }) };
  const here = await flip({ ...system, model, maxK: 2, budget: 2000 });
  const there = await flip({ ...options, maxK: 2, budget: 150 });
  t.equal(there.kind, 'http-flip');
  t.equal(there.baseline, here.baseline);
  t.same(there.baselineReplays, { agreed: 3, of: 3 });
  t.equal(there.least.upper, here.least.upper);
  t.equal(there.witness?.text, 't');
  t.equal(there.least.lower, 0);
  t.equal(there.label, here.witness === null ? 'searched-unreached' : 'exact-reachable');
  t.ok(there.server.requests <= 150);
  t.ok(server.most <= 3, `${server.most} at a time`);
  t.same(there.server.fingerprints, ['fp_test']);
  t.match(server.seen[0], {
    path: '/v1/completions',
    body: { model: 'tickets', temperature: 0, seed: 0, stream: false, max_tokens: 64 },
  });
  t.same(server.seen[0]?.headers.authorization, undefined);

  const found = await find({ ...options, targets: ['tech', 'sales', 'marketing'], maxK: 2, budget: 150 });
  t.same(
    found.targets.map(({ value }) => value),
    ['tech', 'sales', 'marketing'],
  );
  t.equal(found.targets[2]?.label, 'searched-unreached', 'the schema is not the proof of a server');
  t.equal(found.readInFull, 2, 'there are 21 texts');
  t.equal(found.evaluations, 21);
  for (const { witness, label } of found.targets) {
    t.equal(label, witness === null ? 'searched-unreached' : 'exact-reachable');
    if (witness !== null) t.same(witness.replays, { agreed: 3, of: 3 });
  }
  const checked = await verify(JSON.parse(JSON.stringify(found)), options);
  t.ok(checked.holds);
  t.same(checked.differences, []);
  const other = await verify(found, { ...options, template: 'ticket: demo quote{{input}}\n' });
  t.same(other.differences, ['template']);

  const seeking = { ...options, control: { characters: ' abcehrst' }, seeds: [' crash a'] };
  const shortened = await flip({ ...seeking, template: 'ticket: refund{{input}}\n', maxK: 8, budget: 30 });
  t.ok((shortened.witness?.length ?? 99) <= 8);
  const some = { ...options, method: 'random', maxK: 3, budget: 25 } as const;
  const [random] = (await find({ ...some, target: 'marketing' })).targets;
  t.match(random, { label: 'statistical', k: 3, shareBound: shareBound(25) });
});

t.test('messages and the embedded model', async (t) => {
  await using embedded = await loadModel();
  const server = await serveModel(embedded);
  t.teardown(() => server.close());
  const messages = [{ role: 'user', content: 'Server 12 is down since 3 pm, urgent!{{input}}' }];
  const schema = {
    type: 'object',
    properties: { priority: { enum: ['low', 'high'] } },
    required: ['priority'],
  };
  const options = { template: messages, schema, field: 'priority', control: { characters: '.w' } };
  const there = await flip({ ...options, model: target(server), maxK: 1, budget: 15 });
  const here = await flip({ ...options, model: embedded, maxK: 1, budget: 40 });
  t.equal(there.baseline, here.baseline);
  t.equal(there.witness === null, here.witness === null);
  t.match(server.seen[0], { path: '/v1/chat/completions', body: { messages: [{ role: 'user' }] } });
  const line = await runExample(t, 'reach-http.md', { 'http://127.0.0.1:8000/v1': server.url });
  t.match(line, /^"(?:low|high)" (?:exact-reachable .*|searched-unreached no text found) true$/);
  // The text of the first token.
  const first = await find({
    ...options,
    ...plain,
    model: target(server, free),
    readout: 'token',
    target: '{"',
  });
  t.equal(server.seen.at(-1)?.body.max_tokens, 1);
  t.match(first.targets[0], { label: 'exact-reachable', k: 0 });
});
const plain = { schema: undefined, field: undefined, maxK: 0 } as const;
const free = { responseFormat: undefined } as const;

t.test('what fails is sent again, and counted', async (t) => {
  let calls = 0;
  const waits: number[] = [];
  const fault: Fault = (response, _, number) => {
    calls++;
    waits.push(performance.now());
    const bad: Record<number, () => unknown> = {
      1: () => response.writeHead(503).end('<html>down</html>'),
      2: () => response.writeHead(429, { 'retry-after': '1' }).end(),
      4: () => response.end('{"choices": [{'),
      5: () => response.end('{"choices": []}'),
      7: () => response.destroy(),
      8: () => response.writeHead(307, { location: '/v1/completions?again' }).end(),
    };
    bad[number]?.();
    return number in bad;
  };
  const server = await serveModel(model, fault);
  t.teardown(() => server.close());
  const options = { ...system, model: target(server, { concurrency: 1, replays: 1 }) };
  const report = await find({ ...options, target: 'sales', maxK: 0, budget: 100 });
  t.match(report, { evaluations: 1, server: { requests: 3, retries: 2, failed: 0 } });
  t.ok((waits[2] as number) - (waits[1] as number) >= 990, 'Retry-After was kept');
  const next = await find({
    ...options,
    target: 'marketing',
    control: { characters: 'abc' },
    maxK: 1,
    budget: 100,
  });
  t.match(next, { evaluations: 4, readInFull: 1, server: { failed: 0, retries: 3, requests: 7 } });
  t.equal(calls, 11, 'one more for the path that has moved');
});

t.test(
  'what a server does to whoever asks it: an error or nothing known, and no end without a bound',
  async (t) => {
    const outcomes = async (fault: Fault, options: object = {}, more: Partial<HttpTargetOptions> = {}) => {
      const server = await serveModel(model, fault);
      const one = target(server, { retries: 1, timeoutMs: 30_000, maxBytes: 4096, replays: 1, ...more });
      try {
        return await find({
          ...system,
          model: one,
          target: 'marketing',
          maxK: 1,
          budget: 50,
          ...options,
        } as HttpFindOptions);
      } finally {
        await server.close();
      }
    };
    const failing = (fault: Fault, message: RegExp, more: Partial<HttpTargetOptions> = {}) =>
      t.rejects(outcomes(fault, {}, more), { code: 'ENGINE', message } as object as Error);
    const answer =
      (body: unknown): Fault =>
      (response) => {
        response.end(typeof body === 'string' ? body : JSON.stringify(body));
        return true;
      };
    await failing((response) => {
      response.writeHead(401).end('who are you?\u001b[31m');
      return true;
    }, /status 401: who are you\? \[31m$/);
    await failing((response) => {
      response.writeHead(500).end('x'.repeat(9000));
      return true;
    }, /status 500/);
    await failing(() => true, /no answer within 200 ms/, { timeoutMs: 200 });
    await failing((response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write(' '.repeat(1000)), 1);
      response.once('close', () => clearInterval(timer));
      return true;
    }, /more than 4096 bytes/);
    await failing(
      (response) => {
        response.writeHead(200);
        const timer = setInterval(() => response.write(' '), 20);
        response.once('close', () => clearInterval(timer));
        return true;
      },
      /no answer within 200 ms/,
      { timeoutMs: 200 },
    );
    await failing(answer('nonsense'), /no JSON: nonsense/);
    await failing(answer('[]'), /without choices/);
    await failing(answer('null'), /without choices/);
    await failing(answer({ choices: [{ message: { content: 5 } }] }), /without choices/);
    await failing((response) => {
      response.writeHead(429, { 'retry-after': '7200' }).end();
      return true;
    }, /it asks to wait 7200 s/);
    let elsewhere = 0;
    const other = await serveModel(model, () => {
      elsewhere++;
      return false;
    });
    await failing((response) => {
      response.writeHead(307, { location: other.url }).end();
      return true;
    }, /to another host, which is not followed/);
    await failing((response) => {
      response.writeHead(302, { location: '/v1' }).end();
      return true;
    }, /another place/);
    await failing((response) => {
      response.writeHead(307, { location: '/v1/completions' }).end();
      return true;
    }, /in a circle/);
    t.equal(elsewhere, 0);
    await other.close();
    await t.rejects(
      find({ ...system, model: httpTarget({ url: other.url, model: 'x', retries: 0 }), target: 'tech' }),
      {
        code: 'ENGINE',
        message: /the connection failed/,
      },
    );

    // Answers that are none: nothing is known, and nothing is claimed.
    const text = (content: string | null, finish = 'stop') =>
      answer({ choices: [{ message: { content }, finish_reason: finish }] });
    for (const [content, finish] of [
      ['Sure! {"team":"tech"}', 'stop'],
      ['{"team":"marke', 'length'],
      ['{"team":"tech","team":"marketing"}', 'stop'],
      ['['.repeat(2000), 'stop'],
      [null, 'tool_calls'],
    ] as const) {
      const report = await outcomes(text(content, finish), { method: 'random', maxK: 2, budget: 6 });
      t.match(report, {
        targets: [{ label: 'searched-unreached', witness: null }],
        server: { undecided: 6 },
      });
    }
    const steady = text('{"team":"marketing"}');
    const found = await outcomes(steady);
    t.match(found.targets[0], { label: 'exact-reachable', k: 0 });
    const absent = await outcomes(text('{"other":1}'));
    t.match(absent, { targets: [{ label: 'searched-unreached' }], server: { undecided: 0 } });
    // Texts that are refused one by one.
    const refusing = await outcomes((response, { body }, number) => {
      if (number === 1 || !String(body.prompt).includes('buga')) return false;
      response.writeHead(400).end('content filter');
      return true;
    });
    t.match(refusing, { readInFull: 0, server: { failed: 1, lastFailure: 'status 400: content filter' } });
  },
);

t.test('a server that does not always say the same', async (t) => {
  // Each third answer is another one.
  const server = await serveModel(model, (response, _, number) => {
    if (number % 3 !== 0) return false;
    response.end(JSON.stringify({ choices: [{ text: '{"team":"marketing"}', finish_reason: 'stop' }] }));
    return true;
  });
  t.teardown(() => server.close());
  const one = { ...system, model: target(server, { concurrency: 1, replays: 3 }) };
  const report = await find({ ...one, target: 'marketing', maxK: 1, budget: 60 });
  t.match(report.targets[0], {
    label: 'searched-unreached',
    witness: null,
    unsteady: { replays: { agreed: 1, of: 3 } },
  });
  await t.rejects(flip({ ...one, maxK: 1 }), { code: 'ENGINE', message: /[12] of 3 askings/ });
  await t.rejects(flip({ ...one, maxK: 1, budget: 2 }), {
    code: 'ARGUMENT',
    message: /asked 3 times at first, and 2 were answered before `budget`/,
    hint: /replays/,
  });
});

t.test('a journal: no answer is paid for twice', async (t) => {
  const server = await serveModel(model);
  t.teardown(() => server.close());
  const folder = t.testdir();
  const journal = join(folder, 'answers.jsonl');
  const options = { ...system, model: target(server, { replays: 2 }), target: 'sales', maxK: 2, journal };
  const whole = await find({ ...options, journal: undefined, budget: 60 });
  await find({ ...options, budget: 14 });
  const before = server.seen.length;
  t.same({ ...(await find({ ...options, budget: 60 })) }, whole, 'as if it had not been ended');
  t.equal(server.seen.length - before, 7);
  const bytes = readFileSync(journal);
  writeFileSync(journal, bytes.subarray(0, bytes.length - 7));
  t.same(await find({ ...options, budget: 60 }), whole);
  t.equal(server.seen.length - before, 8);
  await t.rejects(find({ ...options, template: '{{input}}' }), {
    code: 'ARGUMENT',
    message: /another setting/,
  });
});

t.test('the key stands in its variable and in the header, and nowhere else', async (t) => {
  const secret = 'sk-test-0123456789';
  process.env.GRAMMASK_TEST_KEY = secret;
  t.teardown(() => {
    delete process.env.GRAMMASK_TEST_KEY;
  });
  const server = await serveModel(model, (response, { headers }, number) => {
    if (headers.authorization === `Bearer ${secret}` && number < 5) return false;
    response.writeHead(403).end(`wrong key ${secret}`);
    return true;
  });
  t.teardown(() => server.close());
  const journal = join(t.testdir(), 'answers.jsonl');
  const options = {
    ...system,
    model: target(server, { apiKeyEnv: 'GRAMMASK_TEST_KEY', replays: 1, concurrency: 1 }),
    target: 'marketing',
    journal,
  };
  const report = await find({ ...options, maxK: 0 });
  t.equal(report.evaluations, 1);
  const error = await find({ ...options, maxK: 1 }).catch((caught: Error) => caught);
  t.match(error, { code: 'ENGINE', message: /wrong key \[key\]/ });
  const told = JSON.stringify([report, options.model, readFileSync(journal, 'utf8'), String(error)]);
  t.notMatch(told, secret);
  t.match(report.setting.system.url, server.url);

  const bad = (more: object, message: RegExp) =>
    t.throws(() => httpTarget({ url: server.url, model: 'm', ...more }), {
      code: 'ARGUMENT',
      message,
    } as object as Error);
  bad({ apiKeyEnv: secret }, /^`apiKeyEnv` is not the name of an environment variable$/);
  bad({ url: 'https://user:pass@host/v1' }, /^`url` has a user/);
  bad({ url: 'https://host/v1?key=1' }, /has a user, a query/);
  bad({ url: 'ftp://host' }, /http:\/\/ or https:\/\//);
  bad({ url: 'http://example.org/v1', apiKeyEnv: 'KEY' }, /would go to example.org/);
  bad({ model: '' }, /name of a model/);
  bad({ apiKeyHeader: 'content-type' }, /name of a header/);
  bad({ body: { messages: [] } }, /the member messages/);
  bad({ concurrency: 0 }, /whole number from 1 to 256/);
  bad({ requestsPerSecond: 0 }, /above 0/);
  bad({ key: 'x' }, /no option `key`/);
  t.doesNotThrow(() =>
    httpTarget({ url: 'http://example.org', model: 'm', apiKeyEnv: 'K', allowPlainHttp: true }),
  );

  const wrong = (more: object, wanted: { code: string; message?: RegExp }) =>
    t.rejects(
      find({ ...system, model: target(server), target: 'tech', ...more } as HttpFindOptions),
      wanted as object as Error,
    );
  await wrong(
    { model: target(server, { apiKeyEnv: 'GRAMMASK_NO_KEY' }) },
    { code: 'ARGUMENT', message: /is not set/ },
  );
  await wrong({ control: { tokens: 'all' } }, { code: 'UNSUPPORTED' });
  await wrong({ schema: undefined, regex: 'a' }, { code: 'UNSUPPORTED', message: /`regex`/ });
  await wrong({ schema: undefined }, { code: 'ARGUMENT', message: /needs the `schema`/ });
  await wrong({ method: 'upstream-greedy' }, { code: 'UNSUPPORTED' });
  await wrong({ template: 'no slot' }, { code: 'ARGUMENT' });
  await wrong({ control: { characters: '' } }, { code: 'ARGUMENT' });
  await wrong({ budget: 0 }, { code: 'ARGUMENT' });
  await wrong({ batch: 3 }, { code: 'ARGUMENT', message: /no option `batch`/ });
  await wrong({ signal: AbortSignal.abort() }, { code: 'ABORTED' });
  await t.rejects(verify({ kind: 'find' } as never, { ...system, model: target(server) }), {
    code: 'ARGUMENT',
  });
});

t.test('a rate, an end of the time, and the signal', async (t) => {
  const server = await serveModel(model);
  t.teardown(() => server.close());
  const started = performance.now();
  const slow = {
    ...system,
    model: target(server, { requestsPerSecond: 20, replays: 1 }),
    target: 'marketing',
  };
  const { evaluations } = await find({ ...slow, maxK: 1, budget: 8 });
  t.equal(evaluations, 5, 'all texts of at most one of four characters');
  t.ok(performance.now() - started >= 200, 'four twentieths of a second');
  const ended = await find({ ...slow, maxK: 1, budget: 500, budgetMs: 200 });
  t.ok(ended.evaluations < 20);
  t.equal(ended.readInFull, 0);
  const silent = await serveModel(model, () => true);
  t.teardown(() => silent.close());
  const abort = new AbortController();
  setTimeout(() => abort.abort(), 50);
  const waiting = find({ ...slow, model: target(silent), signal: abort.signal });
  await t.rejects(waiting, { code: 'ABORTED' });
});
