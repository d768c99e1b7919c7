// A thread that gives back what it is asked, but for two words.
import { GrammaskError } from '../../src/errors.js';
import { answerQuestions } from '../../src/repair/answering-thread.js';

answerQuestions((question) => {
  if (question === 'end') throw new Error('as it was told');
  if (question === 'wrong') throw new GrammaskError('MODEL', 'a wrong word', { hint: 'another one' });
  return question;
});
