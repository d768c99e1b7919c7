// How many prompts it takes to flip a field to a given value: the ladder, and texts drawn at random.
import { fileURLToPath } from 'node:url';
import { loadModel } from '../../src/index.js';
import { find } from '../../src/reach/index.js';
import { printTable } from '../maskbench/tables.js';
import { startProgress } from '../progress.js';
import { median } from './rounds.js';

const teams = ['billing', 'tech', 'sales'];
const schema = {
  type: 'object',
  properties: { team: { enum: teams }, urgent: { type: 'boolean' } },
  required: ['team', 'urgent'],
};
const tickets = [
  'my refund and the invoice{{input}} please',
  'login is slow{{input}} and the error was a bug',
  'a demo of the plan{{input}} and a quote',
  'the card{{input}} has a charge',
  'help with a crash{{input}}',
  'price to buy{{input}} the plan is it a demo',
  'payment{{input}} for the invoice',
  'bug and error{{input}} is it slow now',
];

/** The small model of the tests reads a ticket; each of its teams but the one that it names is a target. */
export async function runFlips({
  quick,
  tell,
}: {
  quick: boolean;
  tell: (kind: string, figure: object) => void;
}): Promise<void> {
  const folder = fileURLToPath(new URL('../../test/reach/fixtures/tickets', import.meta.url));
  await using model = await loadModel(folder, { threads: 1 });
  // Random texts hit when they hit, whatever the budget: theirs only says when to give up.
  const budgets = quick ? { ladder: 300, random: 600 } : { ladder: 3000, random: 6000 };
  const cases = tickets
    .slice(0, quick ? 2 : undefined)
    .flatMap((text) => teams.map((target) => ({ template: `ticket: ${text}\n`, target })));
  const methods = ['ladder', 'random'] as const;
  const counts: Record<(typeof methods)[number], number[]> = { ladder: [], random: [] };
  const found = { ladder: 0, random: 0 };
  const progress = startProgress(cases.length);
  let given = 0;
  for (const each of cases) {
    const asked = {
      model,
      schema,
      field: 'team',
      control: { tokens: 'all' as const },
      ...each,
    };
    const without = await find({ ...asked, maxK: 0 });
    if (without.targets[0]?.witness !== null) given++;
    else {
      for (const method of methods) {
        const { targets } = await find({
          ...asked,
          method,
          maxK: 4,
          budget: budgets[method],
          batch: 64,
          seed: given,
        });
        const hit = targets[0]?.evaluations ?? null;
        if (hit !== null) found[method]++;
        counts[method].push(hit ?? budgets[method]);
      }
    }
    progress.done('flips');
  }
  progress.end();
  const pairs = counts.ladder.length;
  const [ours, random] = [median(counts.ladder), median(counts.random)];
  for (const method of methods) {
    tell('flips', {
      method,
      pairs,
      budget: budgets[method],
      found: found[method],
      median: median(counts[method]),
    });
  }
  printTable(
    `Prompts read when a field first had a given value, small ticket model, at most 4 tokens; ${pairs} pairs`,
    ['', 'prompts at most', 'found', 'median (not found: all)', 'quotient', 'wanted'],
    [
      ['ladder', `${budgets.ladder}`, `${found.ladder}`, `${ours}`, (ours / random).toFixed(2), '≤ 0.25'],
      ['random texts', `${budgets.random}`, `${found.random}`, `${random}`, '', ''],
    ],
  );
}
