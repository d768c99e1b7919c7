/// <reference types="node" preserve="true" />
// Reachability: which outcomes can a text in a prompt make the model give?
export { find, flip, verify } from './ask-model-or-server.js';
export {
  type AttentionOptions,
  type AttentionReport,
  type AttentionRow,
  type AttentionVerdicts,
  type AttentionWeights,
  attention,
  type Rows,
} from './attention/attention.js';
export {
  type AttentionLayer,
  type AttentionLayerOptions,
  type AttentionNames,
  readAttentionLayer,
} from './attention/attention-layer.js';
export { type FirstInputsOptions, readFirstInputs } from './attention/first-inputs.js';
export type { Matrix } from './attention/matrix.js';
export type { Rotary } from './attention/rotary.js';
export type { AuditDefinition, CaseDefinition, PolicyRule } from './audit/audit-definition.js';
export { type Audit, readAudit } from './audit/audit-file.js';
export type {
  AuditCurve,
  AuditReport,
  CaseReport,
  FlipFinding,
  RuleReport,
  RuleResult,
  SearchFinding,
  SymbolFinding,
  TargetFinding,
  Verdict,
} from './audit/audit-report.js';
export type { ControlDefinition, GrammarText, SystemDefinition } from './audit/definition.js';
export { readReport, type StoredReport } from './audit/read-report.js';
export { type AuditOptions, type AuditProgress, runAudit } from './audit/run-audit.js';
export { type StoredVerifyReport, verifyReport } from './audit/verify-report.js';
export type { CandidateCounts } from './candidates.js';
export type { ControlOptions } from './control.js';
export type {
  FindOptions,
  FindReport,
  FoundTarget,
  LeastLength,
  SearchSetting,
  SearchSettings,
} from './find.js';
export type { LengthFinding, Witness } from './findings.js';
export type { ControlSetting, Setting } from './fingerprint.js';
export type { FlipOptions, FlipReport } from './flip.js';
export type { GcgSettings } from './gradient/gcg.js';
export type { ServerReport } from './http/asker.js';
export type {
  HttpFindOptions,
  HttpFlipOptions,
  HttpSearchSettings,
  HttpVerifyOptions,
} from './http/http-find.js';
export type {
  HttpFindReport,
  HttpFlipReport,
  HttpFoundTarget,
  HttpLabel,
  HttpSearchReport,
  HttpSearchSetting,
  HttpVerifiedWitness,
  HttpVerifyReport,
  HttpWitness,
} from './http/http-reports.js';
export type { HttpSetting, HttpSystemOptions } from './http/http-system.js';
export { type HttpTarget, type HttpTargetOptions, httpTarget } from './http/http-target.js';
export type { NumericReport } from './judge.js';
export {
  type KEpsilonOptions,
  type KEpsilonPoint,
  type KEpsilonProgress,
  type KEpsilonReport,
  kEpsilon,
  type ReachCase,
} from './k-epsilon.js';
export { type ReachLabel, reachLabels, shareBound, wilsonInterval } from './labels.js';
export type { Outcome } from './outcome.js';
export { type CurveData, curvePicture } from './report/curve-picture.js';
export { explainCase, explainTarget, labelWords } from './report/explain-words.js';
export { heatMap } from './report/heat-map.js';
export { auditHtml } from './report/html-report.js';
export { auditJunit } from './report/junit-report.js';
export { auditSarif, type SarifLog } from './report/sarif-report.js';
export type { ScoreTable } from './score-table.js';
export type { OnSearchProgress, SearchProgress, SearchProgress as HttpProgress } from './search-progress.js';
export { type MergeOptions, mergeSweeps, type SweepOptions, type SweepProgress, sweep } from './sweep.js';
export type { Shard, SweepSetting } from './sweep-chunks.js';
export type { OutcomeReport, SweepReport, TargetReport } from './sweep-report.js';
export type { SystemOptions } from './system.js';
export type { Placement, TemplateOptions } from './template.js';
export type { VerifiedWitness, VerifyReport } from './verify.js';
