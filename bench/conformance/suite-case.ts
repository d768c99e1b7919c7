// A group of the JSON-Schema-Test-Suite, each of its tests asked in three ways.
import { type Compiler, Grammar } from '../../src/index.js';
import { type SuiteGroup, suiteResolver } from './data.js';
import { faultOf } from './fault-of.js';
import { type Fault, type Finding, verdictFault } from './findings.js';
import type { RealVocabulary } from './real-vocabulary.js';
import { acceptsByBytes, type Clock, firstRefusal, startClock } from './text-walk.js';

export interface SuiteReport {
  readonly section: string;
  readonly compiled: boolean;
  readonly tests: number;
  /** Tests on which all ways say what the suite says. */
  readonly right: number;
  readonly findings: readonly Finding[];
}

export interface Engine {
  readonly compiler: Compiler;
  readonly vocabulary: RealVocabulary;
  /** For a schema with all that comes with it. */
  readonly timeoutMs: number;
}

export function runSuiteGroup(group: SuiteGroup, suiteFolder: string, engine: Engine): SuiteReport {
  const { name, draft, section, schema, instances } = group;
  const part = section === 'required' ? section : 'optional and format';
  const base = { section: `draft ${draft}, ${part}`, tests: instances.length };
  const findings: Finding[] = [];
  const clock = startClock(engine.timeoutMs);
  try {
    const grammar = Grammar.jsonSchema(schema, {
      draft,
      formats: section === 'required' ? 'annotate' : 'assert',
      resolve: suiteResolver(suiteFolder),
      limits: { timeoutMs: clock.patience },
    });
    using compiled = engine.compiler.compileSync(grammar, { timeoutMs: clock.patience });
    let right = 0;
    for (const { about, text, valid } of instances) {
      const ways: readonly (readonly [way: string, verdict: () => boolean])[] = [
        ['as a whole', () => grammar.test(text)],
        ['byte by byte', () => acceptsByBytes(compiled, text, clock)],
        ['through masks', () => firstRefusal(compiled, engine.vocabulary, text, clock) === null],
      ];
      const wrong = ways.flatMap(([way, verdict]) => wrongWay(way, verdict, valid, clock));
      const [first] = wrong;
      if (first === undefined) right += 1;
      else {
        const reason = wrong.map(({ reason }) => reason).join('; ');
        findings.push({ part: 'suite', name, about, fault: first.fault, reason, text });
      }
    }
    return { ...base, compiled: true, right, findings };
  } catch (error) {
    return {
      ...base,
      compiled: false,
      right: 0,
      findings: [{ part: 'suite', name, ...faultOf(error, true) }],
    };
  }
}

function wrongWay(
  way: string,
  verdict: () => boolean,
  valid: boolean,
  clock: Clock,
): { fault: Fault; reason: string }[] {
  try {
    clock.check();
    const fault = verdictFault(verdict(), valid);
    return fault === null ? [] : [{ fault, reason: `${way}: ${fault}` }];
  } catch (error) {
    const { fault, reason } = faultOf(error, false);
    return [{ fault, reason: `${way}: ${reason}` }];
  }
}
