import type { TypeScriptApi } from '../../frontends/typescript/load-typescript.js';
import type { Edit } from '../candidates/edit.js';
import { type NameSite, nameSites } from '../candidates/name-sites.js';
import { smallChanges } from '../candidates/small-changes.js';
import type { Hole } from '../holes.js';
import { type NeededCut, neededCut } from '../loop/needed-cut.js';
import { type TemplateCut, templateCuts } from '../templates.js';

/** What is asked of the syntax tree of a hole's file. */
export type SyntaxTask =
  | { readonly kind: 'templates' }
  | { readonly kind: 'names' }
  | { readonly kind: 'changes'; readonly most: number }
  | { readonly kind: 'needed'; readonly missing: readonly string[]; readonly isOpen: boolean };

/** The answers, which hold no nodes of the tree. */
export interface SyntaxAnswers {
  readonly templates: readonly TemplateCut[];
  readonly names: readonly NameSite[];
  readonly changes: readonly (readonly Edit[])[];
  readonly needed: NeededCut | null;
}

export type SyntaxAnswer = SyntaxAnswers[keyof SyntaxAnswers];

export function answerOf(ts: TypeScriptApi, hole: Hole, task: SyntaxTask): SyntaxAnswer {
  switch (task.kind) {
    case 'templates':
      return templateCuts(ts, hole);
    case 'names':
      return nameSites(ts, hole);
    case 'changes':
      return smallChanges(ts, hole, task.most);
    case 'needed':
      return neededCut(ts, hole, task.missing, task.isOpen);
  }
}
