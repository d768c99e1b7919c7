// The thread in which files are parsed for templates and small changes.
import { loadTypeScript } from '../../frontends/typescript/load-typescript.js';
import { answerQuestions } from '../answering-thread.js';
import type { SyntaxQuestion } from './ask-syntax.js';
import { answerOf, type SyntaxAnswer } from './tasks.js';

answerQuestions<SyntaxQuestion, SyntaxAnswer>(({ hole, task }) => answerOf(loadTypeScript(), hole, task));
