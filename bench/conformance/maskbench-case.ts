// A schema of MaskBench with its texts, written token by token through masks.
import { Grammar } from '../../src/index.js';
import type { SchemaCase } from './data.js';
import { faultOf } from './fault-of.js';
import { type Finding, verdictFault } from './findings.js';
import type { Engine } from './suite-case.js';
import { emptyMask, firstRefusal, startClock, WaysDiffer } from './text-walk.js';
import { emptyTimes, type MaskBenchTimes, noteTime } from './times.js';

export interface MaskBenchReport {
  readonly valid: number;
  readonly invalid: number;
  readonly findings: readonly Finding[];
  readonly times: MaskBenchTimes;
  /** Processor time of all of it in milliseconds, and to the compiled grammar. */
  readonly ms: number;
  readonly compileMs: number;
  readonly undecided: number;
}

export function runMaskBenchCase({ name, schema, instances }: SchemaCase, engine: Engine): MaskBenchReport {
  const findings: Finding[] = [];
  const times = emptyTimes();
  const clock = startClock(engine.timeoutMs);
  let compileMs = 0;
  let undecided = 0;
  let isCompiling = true;
  try {
    const grammar = Grammar.jsonSchema(schema, { limits: { timeoutMs: clock.patience } });
    const read = clock.spent;
    using compiled = engine.compiler.compileSync(grammar, { timeoutMs: clock.patience });
    compileMs = clock.spent;
    clock.check();
    isCompiling = false;
    noteTime(times.read, read * 1000);
    noteTime(times.compile, (compileMs - read) * 1000);

    using matcher = compiled.matcher({ timeoutMs: clock.patience });
    const before = performance.now();
    matcher.fillMask(emptyMask(engine.vocabulary));
    noteTime(times.firstMask, (performance.now() - before) * 1000);
    undecided = matcher.stats.undecided;

    for (const { about, text, valid } of instances) {
      try {
        clock.check();
        const refusal = firstRefusal(compiled, engine.vocabulary, text, clock, times);
        const fault = verdictFault(refusal === null, valid);
        if (fault !== null) {
          const reason =
            refusal === null ? 'every token is allowed, and the end' : `${refusal} is not allowed`;
          findings.push({ part: 'maskbench', name, about, fault, reason, text });
        }
        if (grammar.test(text) !== (refusal === null)) {
          throw new WaysDiffer(`Grammar.test says ${refusal !== null}, the masks ${refusal === null}`);
        }
      } catch (error) {
        const finding: Finding = { part: 'maskbench', name, about, ...faultOf(error, false), text };
        findings.push(finding);
        if (finding.fault === 'time-out') break;
      }
    }
  } catch (error) {
    findings.push({ part: 'maskbench', name, ...faultOf(error, isCompiling) });
  }
  const valid = instances.filter((instance) => instance.valid).length;
  return {
    valid,
    invalid: instances.length - valid,
    findings,
    times,
    ms: clock.spent,
    compileMs,
    undecided,
  };
}
