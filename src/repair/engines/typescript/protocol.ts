// What crosses between the thread of the program and the thread of the language service. Plain data only.
import type { ErrorCode } from '../../../errors.js';
import type { WireError } from '../../../wire-error.js';

/** What the thread is started with. */
export interface ServiceData {
  /** Absolute: a folder, or a configuration file. */
  readonly project: string;
  /** Absolute: a folder with the package `typescript`, where the caller names one. */
  readonly typescript: string | undefined;
  /** One number: the question that is to be given up. */
  readonly cancelled: SharedArrayBuffer;
}

/** What a started service says of itself. */
export interface ProjectInfo {
  /** The version of TypeScript, and where it was found. */
  readonly typescript: string;
  readonly typescriptPath: string;
  /** The configuration; null where there is none, and the defaults hold. */
  readonly tsconfig: string | null;
  /** Files that the configuration names. */
  readonly rootFiles: number;
  /** Files of the program, with those that are imported and the libraries. */
  readonly files: number;
  /** Milliseconds from the start of the thread until the first question can be answered. */
  readonly startMs: number;
  /** What is wrong with the configuration, in the compiler's words. */
  readonly configErrors: readonly string[];
}

/** What the start is at. */
export interface EngineProgress {
  readonly stage: 'compiler' | 'configuration' | 'program' | 'types';
  /** Files of the project, where the stage knows them. */
  readonly files?: number | undefined;
}

/** A finding of the compiler. */
export interface EngineDiagnostic {
  /** As 2339 in TS2339. */
  readonly code: number;
  readonly severity: 'error' | 'warning' | 'suggestion' | 'message';
  /** In UTF-16 code units of the text. */
  readonly start: number;
  readonly length: number;
  /** From 1, in UTF-16 code units. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export type Question =
  | {
      readonly kind: 'complete';
      readonly slot: string;
      readonly file: string;
      readonly text: string;
      readonly offset: number;
    }
  | { readonly kind: 'diagnostics'; readonly file: string; readonly text: string }
  | { readonly kind: 'refresh'; readonly files: readonly string[] | undefined };

export type ServiceRequest = Question & { readonly id: number };

export type ServiceReply =
  | { readonly kind: 'progress'; readonly progress: EngineProgress }
  | { readonly kind: 'ready'; readonly info: ProjectInfo }
  | { readonly kind: 'failed'; readonly error: WireError<ErrorCode> }
  /** Names are joined by line feeds: one string crosses faster than many. */
  | {
      readonly kind: 'answer';
      readonly id: number;
      readonly answer: {
        readonly names: string;
        readonly complete: boolean;
        readonly newNames: boolean;
      } | null;
    }
  | { readonly kind: 'diagnostics'; readonly id: number; readonly diagnostics: readonly EngineDiagnostic[] }
  | { readonly kind: 'done'; readonly id: number }
  | { readonly kind: 'cancelled'; readonly id: number }
  | { readonly kind: 'error'; readonly id: number; readonly error: WireError<ErrorCode> };
