import t from 'tap';
import { colorsFor } from '../../src/cli/output.js';
import { flipWords, sweepWords } from '../../src/cli/reach-words.js';
import { loadModel } from '../../src/index.js';
import { flip, sweep } from '../../src/reach/index.js';
import { ticketSchema, ticketsFolder } from '../reach/tickets.js';

t.test('a field that the answer does not have is asked about', async (t) => {
  const model = await loadModel(ticketsFolder, { threads: 1 });
  t.teardown(() => model.dispose());
  const system = {
    model,
    template: 'ticket: my{{input}}\n',
    schema: ticketSchema,
    control: { characters: 'ab' },
  };
  const colors = colorsFor(process.stdout);
  const asked = /no such field: is it spelled as in the schema\?/;
  for (const field of ['teamm', 'team']) {
    const flipped = flipWords(await flip({ ...system, field, maxK: 1, budget: 10 }), colors).join('\n');
    const swept = sweepWords(await sweep({ ...system, field, k: 0 }), colors).join('\n');
    for (const words of [flipped, swept]) {
      if (field === 'team') t.notMatch(words, asked);
      else t.match(words, asked);
    }
  }
});
