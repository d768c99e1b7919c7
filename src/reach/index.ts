// Reachability: which outcomes can a text in a prompt make the model give?
export type { CandidateCounts } from './candidates.js';
export type { ControlOptions } from './control.js';
export {
  type FindOptions,
  type FindReport,
  type FoundTarget,
  find,
  type LeastLength,
  type SearchSetting,
  type SearchSettings,
} from './find.js';
export type { LengthFinding, Witness } from './findings.js';
export type { ControlSetting, Setting } from './fingerprint.js';
export { type FlipOptions, type FlipReport, flip } from './flip.js';
export type { NumericReport } from './judge.js';
export {
  type KEpsilonOptions,
  type KEpsilonPoint,
  type KEpsilonReport,
  kEpsilon,
  type ReachCase,
} from './k-epsilon.js';
export { type ReachLabel, reachLabels, shareBound, wilsonInterval } from './labels.js';
export type { Outcome } from './outcome.js';
export type { ScoreTable } from './score-table.js';
export { type MergeOptions, mergeSweeps, type SweepOptions, type SweepProgress, sweep } from './sweep.js';
export type { Shard, SweepSetting } from './sweep-chunks.js';
export type { OutcomeReport, SweepReport, TargetReport } from './sweep-report.js';
export type { SystemOptions } from './system.js';
export type { Placement, TemplateOptions } from './template.js';
export { type VerifiedWitness, type VerifyReport, verify } from './verify.js';
