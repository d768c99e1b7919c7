/// <reference types="node" preserve="true" />
// Repair: patches that a model writes or that are small changes, held to a grammar and to names that exist, and judged.
export type { ChangeKind } from './candidates/edit.js';
export { type Candidate, type CandidateOptions, rankedCandidates } from './candidates/ranked-candidates.js';
export * from './engines/index.js';
export { type HoleMode, type HoleOptions as HoleGrammarOptions, holeGrammar } from './hole/hole-grammar.js';
export { fillHole, type Hole, type HoleRange, holeAt, holesFromDiagnostics, parseRange } from './holes.js';
export type { RepairPolicy } from './loop/policy.js';
export {
  type Baseline,
  type CheckReport,
  type Diagnostic,
  type Patch,
  type PatchStatus,
  patchJson,
  type RepairSummary,
  type TestReport,
} from './patch.js';
export { repair } from './repair.js';
export type { RepairOptions, RepairProgress } from './repair-options.js';
export { type TemplateHole, type TemplateName, templateHoles } from './templates.js';
export { applyChange, patchedText, unifiedDiff } from './unified-diff.js';
export { type Checker, createChecker } from './validate/checker.js';
export { createValidator, type Validator, type ValidatorOptions } from './validate/validator.js';
