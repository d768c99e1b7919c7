// A server that tells probabilities of tokens: they order the search, and nothing else.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Model } from '../../src/index.js';
import { choicesOf, nearnessTo } from '../../src/reach/http/answer-choices.js';
import { type HttpReading, serverText } from '../../src/reach/http/http-answer.js';
import { find, type HttpTargetOptions, httpTarget } from '../../src/reach/index.js';
import { type ModelServer, serveModel } from './model-server.js';
import { loadTickets, ticketSchema } from './tickets.js';

t.setTimeout(180_000);

let model: Model;
t.before(async () => {
  model = await loadTickets();
});
t.after(() => model.dispose());

const field: HttpReading = { kind: 'field', path: ['team'], maxTokens: 9 };
type Token = readonly [string, number, Readonly<Record<string, number>>?];

/** An answer of `/completions`, and the same of `/chat/completions` with its tokens as bytes. */
function answers(text: string, tokens: readonly Token[]): unknown[] {
  const bytes = (token: string): number[] => [...Buffer.from(token)];
  const content = tokens.map(([token, logprob, others = {}]) => ({
    ...{ token: '\ufffd', bytes: bytes(token), logprob },
    top_logprobs: Object.entries(others).map(([other, value]) => ({
      ...{ token: '\ufffd', bytes: bytes(other), logprob: value },
    })),
  }));
  const logprobs = {
    tokens: tokens.map(([token]) => token),
    token_logprobs: tokens.map(([, value]) => value),
    top_logprobs: tokens.map(([, , others]) => others ?? null),
  };
  return [
    { choices: [{ text, logprobs, finish_reason: 'stop' }] },
    { choices: [{ message: { content: text }, logprobs: { content }, finish_reason: 'stop' }] },
  ];
}

const choicesIn = (json: unknown, reading: HttpReading = field) =>
  choicesOf(serverText(json) as NonNullable<ReturnType<typeof serverText>>, reading);

t.test('how near an answer comes to a value', (t) => {
  const reach = (outcome: string) => ({ kind: 'reach', outcome }) as const;
  const leave = (outcome: string) => ({ kind: 'leave', outcome }) as const;
  const text = '{"näme": 1, "team": "tech"}';
  const tokens: Token[] = [
    ['{"näme": 1, "team', -0.1],
    // Before the value stands a part of the token, which others share or not.
    ['": "', -0.5, { '": "': -0.5, '": "sa': -2, '":"sales': -1.5, '": null': -4 }],
    ['te', -0.2, { te: -0.2, t: -2.5, bil: -3, 'tech"': -3.5, ' ': -0.9 }],
    ['ch', -0.01, { ch: -0.01, am: -6 }],
    ['"}', -0.02, { '"}': -0.02, 's"': -5 }],
    ['<end>', -0.1],
  ];
  for (const json of answers(text, tokens)) {
    const choices = choicesIn(json);
    t.same(
      choices.map(({ before, options }) => [before, options.length]),
      [
        ['', 3],
        ['"', 5],
        ['"te', 2],
        ['"tech', 2],
      ],
    );
    const near = (goal: Parameters<typeof nearnessTo>[1], values: string[] = []) =>
      Number(nearnessTo(choices, goal, values, field)?.toFixed(6));
    t.equal(near(reach('"billing"')), -2.8, 'where it parts from the answer');
    t.equal(near(reach('"team"')), -5.99);
    t.equal(near(reach('"techs"')), -4.98);
    t.equal(near(reach('"other"')), -4.3, 'less probable than all that are told');
    t.equal(near(reach('null')), -3.5);
    t.equal(nearnessTo(choices, reach('"tech"'), [], field), undefined, 'nothing parts from it');
    t.equal(near(leave('"tech"'), ['"tech"', '"billing"']), -2.8, 'only values that there are');
    t.equal(near(leave('"tech"')), -0.7, 'any other, where they are not known');
    t.equal(near(leave('"tech"'), ['"tech"', '"zoo"']), -2.8 - 1.5, 'no way out is told of');
  }
  const [numbers] = answers('{"team":12}', [
    ['{"team":', 0],
    ['1', -0.1, { '1': -0.1, '2': -3 }],
    ['2', -0.1, { '2': -0.1, '}': -2, '3}': -3 }],
    ['}', -0.1],
  ]);
  t.equal(nearnessTo(choicesIn(numbers), reach('1'), [], field)?.toFixed(1), '-1.9', 'a number ends');
  t.equal(nearnessTo(choicesIn(numbers), reach('13'), [], field)?.toFixed(1), '-2.9');
  const token: HttpReading = { kind: 'token', path: [], maxTokens: 1 };
  const [first] = answers('yes', [['yes', -0.1, { yes: -0.1, no: -2, n: -1 }]]);
  t.equal(nearnessTo(choicesIn(first, token), reach('"no"'), [], token)?.toFixed(1), '-1.9');
  const answer: HttpReading = { kind: 'answer', path: [], maxTokens: 9 };
  t.equal(nearnessTo(choicesIn(first, answer), reach('"no"'), [], answer)?.toFixed(1), '-0.9');
  t.end();
});

t.test('what a server may tell in place of it', (t) => {
  const said = { message: { content: '{"team":"tech"}' }, finish_reason: 'stop' };
  const good = { token: '{"team":"tech"}', logprob: -1, top_logprobs: [] };
  const junk: unknown[] = [
    ...[null, 5, 'x', [], {}, { content: null }, { content: 5 }, { content: [null] }],
    { content: [{ ...good, token: 5 }] },
    { content: [{ ...good, logprob: 'high' }] },
    { content: [{ ...good, token: 'other' }] },
    { tokens: ['a'], token_logprobs: 'b' },
    { tokens: [1], token_logprobs: [1], top_logprobs: [5] },
    { tokens: ['{"team":"tech"}'], token_logprobs: [null], top_logprobs: [null] },
  ];
  for (const logprobs of junk)
    t.same(choicesIn({ choices: [{ ...said, logprobs }] }), [], JSON.stringify(logprobs));
  const odd = [5, null, { token: 'x' }, { token: 'y', logprob: '0' }, { token: '{"team":null', logprob: -3 }];
  const many = Array.from({ length: 1000 }, () => ({ token: 'z'.repeat(1000), logprob: -2 }));
  const [choice] = choicesIn({
    choices: [{ ...said, logprobs: { content: [{ ...good, top_logprobs: [...odd, ...many] }] } }],
  });
  t.ok(JSON.stringify(choice).length < 4000, 'what is kept of it is bounded');
  t.end();
});

const system = {
  template: 'ticket: demo{{input}} crash\n',
  schema: ticketSchema,
  field: 'team',
  control: { characters: 'aeilnorst cgh' },
  maxTokens: 64,
} as const;

const target = (server: ModelServer, options: Partial<HttpTargetOptions> = {}) =>
  httpTarget({
    ...{ url: server.url, model: 'tickets', responseFormat: 'json_schema', backoffMs: 1, replays: 1 },
    ...options,
  });

t.test('a text of three characters, of which two in 2,380 do it', async (t) => {
  const server = await serveModel(model);
  t.teardown(() => server.close());
  const search = { ...system, target: 'sales', maxK: 3, budget: 400 } as const;
  const journal = join(t.testdir(), 'answers.jsonl');
  const scored = { ...search, model: target(server, { topLogprobs: 5 }), journal };
  const found = await find(scored);
  t.match(found.targets[0], { label: 'exact-reachable', k: 3, least: { lower: 0, upper: 3 } });
  t.equal(found.server.scored, found.server.requests, 'each answer came with them');
  t.match(server.seen.at(-1)?.body, { logprobs: 5 });
  const before = server.seen.length;
  t.same(await find(scored), found, 'the same from the journal');
  const bytes = readFileSync(journal);
  writeFileSync(journal, bytes.subarray(0, bytes.length >> 1));
  t.same(await find(scored), found, 'and from a half of it');
  t.ok(server.seen.length - before < found.server.requests);
  const blind = await find({ ...search, budget: 5, model: target(server) });
  t.equal(blind.server.scored, undefined);
  t.notOk('logprobs' in (server.seen.at(-1)?.body ?? {}));
});

t.test('a server that refuses to tell them, and one that tells nothing', async (t) => {
  const search = { ...system, target: 'nobody', maxK: 1, budget: 40 } as const;
  const refusing = await serveModel(model, (response, { body }) => {
    if (body.logprobs === undefined) return false;
    response.writeHead(400).end('logprobs are not supported');
    return true;
  });
  t.teardown(() => refusing.close());
  const blind = await find({ ...search, model: target(refusing) });
  const options = { topLogprobs: 3, retries: 0, concurrency: 1 };
  const refused = await find({ ...search, model: target(refusing, options) });
  t.match(refused.server, { scored: 0, failed: 0, requests: blind.server.requests + 1 });
  t.same(refused.targets, blind.targets);
  const messages = [{ role: 'user', content: 'demo{{input}} crash' }];
  const silent = await serveModel(model, (response, { body }) => {
    t.match(body, { logprobs: true, top_logprobs: 3 });
    response.end(JSON.stringify({ choices: [{ message: { content: '{"team":"tech"}' } }] }));
    return true;
  });
  t.teardown(() => silent.close());
  const ignored = await find({ ...search, template: messages, model: target(silent, options) });
  t.match(ignored, { server: { scored: 0 }, targets: [{ label: 'searched-unreached' }] });
});

t.test('texts that only say the target: they are copies, and can be forbidden', async (t) => {
  const server = await serveModel(model);
  t.teardown(() => server.close());
  const control = { characters: 'sales: tm"' };
  const search = {
    ...system,
    control,
    model: target(server),
    target: 'sales',
    maxK: 13,
    budget: 16,
  } as const;
  await find(search);
  const prompts = server.seen.map(({ body }) => String(body.prompt));
  for (const text of ['sales', ' sales', 'team: sales', '"team":"sales"'.slice(0, 13)]) {
    const isAsked = prompts.includes(`ticket: demo${text} crash\n`);
    t.equal(isAsked, text.length < 13, text);
  }
  server.seen.length = 0;
  const { targets } = await find({ ...search, forbidTarget: true });
  t.notOk(server.seen.some(({ body }) => String(body.prompt).includes('sales')));
  t.not(targets[0]?.witness?.copiesTarget, true);
});
