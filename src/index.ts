/// <reference types="node" preserve="true" />
export { analyzeJsonSchema } from './adapters/analyze.js';
export type {
  SchemaInput,
  SchemaOutput,
  StandardIssue,
  StandardResult,
  StandardSchema,
} from './adapters/standard-schema.js';
export { CompiledGrammar, type WarmOptions } from './engine/compiled-grammar.js';
export {
  type CompileOptions,
  Compiler,
  type CompilerOptions,
  type CompilerStats,
} from './engine/compiler.js';
export type { Explanation } from './engine/explanation.js';
export { Grammar, type GrammarOptions, type LarkOptions } from './engine/grammar.js';
export type { Input } from './engine/input.js';
export { MaskHandle } from './engine/mask-handle.js';
export {
  type Completion,
  fillMasks,
  Matcher,
  type MatcherOptions,
  type MatcherStats,
  type SlotRequest,
  type SlotsOptions,
} from './engine/matcher.js';
export { PendingMask } from './engine/pending-mask.js';
export { applyMask, type SampleOptions, sample } from './engine/sample.js';
export {
  type TokenizerVocabularyOptions,
  Vocabulary,
  type VocabularyOptions,
} from './engine/vocabulary.js';
export { type ErrorCode, type ErrorLocation, GrammaskError, type GrammaskErrorOptions } from './errors.js';
export type { AbnfOptions } from './frontends/abnf/abnf-program.js';
export type { EbnfDialect, EbnfOptions } from './frontends/ebnf/ebnf-program.js';
export { formatEbnf } from './frontends/ebnf/format-ebnf.js';
export { generationStyle } from './frontends/json-schema/style.js';
export type {
  JsonSchemaOptions,
  JsonStyle,
  SchemaAnalysis,
  SchemaIssue,
} from './frontends/json-schema/types.js';
export type { LarkDialect } from './frontends/lark/lark-program.js';
export type { GrammarLimits } from './frontends/program-format.js';
export type { RegexDialect, RegexProgramOptions } from './frontends/regex/regex-program.js';
export type { RuleOptions } from './frontends/rules/rule-options.js';
export type { StructuralTagOptions } from './frontends/structural-tag/structural-tag-program.js';
export type { Tool, ToolCallOptions, ToolFunction } from './frontends/structural-tag/tool-call.js';
export {
  jsonSchemaOfType,
  type TypeGrammarOptions,
  type TypeOptions,
} from './frontends/typescript/json-schema-of-type.js';
export type { Generate, PartialValue, Stream } from './generate/call-signatures.js';
export { createDeadTexts, type DeadTexts } from './generate/dead-texts.js';
export type { FinishedAnswer, OnFinished, Veto } from './generate/finished-answer.js';
export type { Backtracking, GenerateResult } from './generate/generate.js';
export type {
  ChoicesOptions,
  DrawOptions,
  GenerateOptions,
  OnLimit,
  PromptOptions,
  SchemaOptions,
  TextOptions,
} from './generate/options.js';
export type { PrunedName } from './generate/pruned-names.js';
export type { ScoreOptions } from './generate/score.js';
export type { OnSlot, SlotQuestion } from './generate/slot-asker.js';
export type { GenerateStream, StreamPart } from './generate/stream.js';
export type { GenerateTimings } from './generate/timings.js';
export { lintGrammar } from './lint/lint-grammar.js';
export type { LintCode, LintFinding, LintOptions, LintReport, LintSeverity } from './lint/lint-report.js';
export {
  type LoadModelOptions,
  type LoadProgress,
  loadModel,
  type Model,
  type ModelInfo,
} from './model/load-model.js';
export type { ChatMessage } from './model/protocol.js';
export { explainTarget } from './targets/explain-target.js';
export type { TargetEffect, TargetFinding, TargetName, TargetReport } from './targets/target-report.js';
