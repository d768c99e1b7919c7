// A process of `npm run conformance`: does one task after the other.
import { createTaskRunner, type Setting, type Task } from './task.js';

const setting = JSON.parse(process.argv[2] ?? '{}') as Setting;
const run = await createTaskRunner(setting);
process.on('message', (task: Task) => process.send?.(run(task)));
process.on('disconnect', () => process.exit());
process.send?.('ready');
