// Holes, patches and their validation.
export type { ChangeKind } from './candidates/edit.js';
export { type Candidate, type CandidateOptions, rankedCandidates } from './candidates/ranked-candidates.js';
export * from './engines/index.js';
export { type HoleMode, type HoleOptions as HoleGrammarOptions, holeGrammar } from './hole/hole-grammar.js';
export { fillHole, type Hole, type HoleRange, holeAt, holesFromDiagnostics, parseRange } from './holes.js';
export {
  type CheckReport,
  type Diagnostic,
  type Patch,
  type PatchStatus,
  patchJson,
  type TestReport,
} from './patch.js';
export { type TemplateHole, type TemplateName, templateHoles } from './templates.js';
export { applyChange, patchedText, unifiedDiff } from './unified-diff.js';
export { type Checker, createChecker } from './validate/checker.js';
export { createValidator, type Validator, type ValidatorOptions } from './validate/validator.js';
