export {
  type BalancedHole,
  type BalancedText,
  type BalanceOptions,
  balancedHole,
  createBalancedHole,
} from './balanced-hole.js';
export type { BracketLanguage } from './bracket-scan.js';
export { type CachedEngine, type CacheOptions, cached } from './cached.js';
export type {
  CompletionAnswer,
  CompletionEngine,
  CompletionRequest,
  EngineStats,
  EngineStatus,
} from './completion-engine.js';
export { type LspEngine, type LspEngineOptions, lspEngine } from './lsp/lsp-engine.js';
export { type OnSlotOptions, onSlotFromEngine } from './on-slot.js';
export { type StaticEngine, type StaticNames, staticEngine } from './static-engine.js';
export type { EngineDiagnostic, EngineProgress, ProjectInfo } from './typescript/protocol.js';
export {
  type TypeScriptEngine,
  type TypeScriptEngineOptions,
  typescriptEngine,
} from './typescript/typescript-engine.js';
