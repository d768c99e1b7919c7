// A thread that gives back what it is asked, but for two words. JavaScript, so that it runs without a loader.
import { parentPort } from 'node:worker_threads';

parentPort.on('message', ({ id, question }) => {
  if (question === 'end') throw new Error('as it was told');
  if (question === 'wrong') {
    const error = { code: 'MODEL', message: 'a wrong word', options: { hint: 'another one' } };
    parentPort.postMessage({ id, error });
  } else {
    parentPort.postMessage({ id, answer: question });
  }
});
