// The thread in which prompts are made.
import { answerQuestions } from '../answering-thread.js';
import { answerPrompt } from './prompt-maker.js';

answerQuestions(answerPrompt);
