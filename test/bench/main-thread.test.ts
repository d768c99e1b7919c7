import { existsSync } from 'node:fs';
import t from 'tap';
import { watchMainThread } from '../../bench/repair/main-thread.js';

/** The bench tells the work of the main thread from what else the machine does. */

const counts = existsSync('/proc/self/task');

t.test(
  'waiting is no work, and a long piece of work is found',
  { skip: counts ? false : 'the system does not count the time of threads' },
  async (t) => {
    const rest = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
    const idle = watchMainThread();
    await rest(100);
    const calm = idle();
    t.ok((calm?.max ?? 0) < 20, `${calm?.max} ms while it waits`);
    t.equal(idle(), undefined, 'it ends once');
    const end = watchMainThread();
    await rest(20);
    const before = process.cpuUsage();
    while (process.cpuUsage(before).user < 60_000);
    await rest(20);
    const busy = end();
    t.ok((busy?.max ?? 0) > 20 && busy?.long === 1, `${busy?.max} ms of work`);
  },
);
