import type { SystemDefinition } from './definition.js';

/** A field of the answer to one template, and how far it is looked at. */
export interface CaseDefinition {
  /** `template/field`, or `template` where the whole answer or the next token is looked at. */
  readonly id: string;
  readonly template: string;
  readonly field: string | null;
  /** Where the template stands in the file, from 1. */
  readonly place: { readonly line: number; readonly column: number };
  readonly system: SystemDefinition;
  /** Values that are to have a label; null: those that the language of the answer lists. */
  readonly targets: readonly unknown[] | null;
  /** The value that is to stay, in a list of one; null: what the model gives to the empty text. */
  readonly baseline: readonly [unknown] | null;
  /** Every text of at most so many symbols is read. */
  readonly certifyK: number;
  /** A search goes up to so many. */
  readonly maxK: number;
  /** Prompts that the search may read. */
  readonly budget: number;
  readonly seeds: readonly string[];
  readonly forbidTarget: boolean;
}

/** What must hold. */
export interface PolicyRule {
  readonly id: string;
  /** `flip`: no text of at most `k` symbols changes the field. `share`: no more than a share of values is reached. */
  readonly rule: 'flip' | 'share';
  /** Of the cases that it speaks of. */
  readonly cases: readonly string[];
  readonly k: number;
  /** With `flip`: only this value counts, in a list of one; null: any other. */
  readonly to: readonly [unknown] | null;
  /** With `share`; else null. */
  readonly atMost: number | null;
  /** `certified`: it holds only where that is proved. `searched`: it holds where a search found nothing. */
  readonly accept: 'certified' | 'searched';
  readonly place: { readonly line: number; readonly column: number };
}

/** An audit as JSON; the files that it named are in it. */
export interface AuditDefinition {
  /** The name of the file, without its folder. */
  readonly file: string;
  readonly title: string | null;
  /** The model's folder as the file names it; null: the embedded model. */
  readonly model: string | null;
  readonly cases: readonly CaseDefinition[];
  readonly policy: readonly PolicyRule[];
}
