// A sweep in a process of its own, for a test that kills it: node killed-sweep.ts JOURNAL
import { sweep } from '../../src/reach/index.js';
import { loadTickets, ticketSchema } from './tickets.js';

/** Few texts, in chunks of few, so that there is much to be killed in. */
export const killedSweep = {
  template: 'ticket: refund charge for{{input}} crash\n',
  control: { tokens: Array.from({ length: 120 }, (_, index) => index + 30) },
  schema: ticketSchema,
  field: 'team',
  chunk: 4,
} as const;

const [, file = '', journal] = process.argv;
if (file.includes('killed-sweep') && journal !== undefined) {
  const model = await loadTickets();
  await sweep({ model, ...killedSweep, journal });
  await model.dispose();
}
