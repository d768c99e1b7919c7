// A report in words: what was done, what the labels mean, and why nothing more is said.
import type { CaseReport, TargetFinding } from '../audit/audit-report.js';
import { leastText, outcomeText, quoted } from '../audit/outcome-words.js';
import { countOf, symbolsOf } from '../audit/symbol-words.js';
import type { CandidateCounts } from '../candidates.js';
import type { Witness } from '../findings.js';
import type { NumericReport } from '../judge.js';
import type { ReachLabel } from '../labels.js';

/** What a label says, and what it does not. */
export const labelWords: Readonly<Record<ReachLabel, string>> = {
  'exact-reachable':
    'A text gives it. It was sent through generate alone, as a user would send it, and gave it again.',
  'certified-unreachable':
    'Every text of at most k symbols was read, and none gives it. It is true of this model file, prompt, control, grammar and runtime; it says nothing of longer texts, of other characters, and of a temperature above 0.',
  'masked-out':
    'The language of the answer has no answer with it. No text of any length gives it, as long as the schema is yours.',
  statistical:
    'Texts that were drawn at random did not give it. It bounds the share of such texts, and says nothing of somebody who searches.',
  'searched-unreached': 'A search did not find a text that gives it. It proves nothing.',
};

/** Lines about a case and its values. */
export function explainCase(each: CaseReport): string[] {
  const { setting, baseline, certifyK, total, complete, counts, numeric, search, flip } = each;
  const lines = [
    each.id,
    '',
    `The field ${each.field ?? '(the whole answer, or the next token)'} of the answer to the template ${each.template}.`,
    `To the empty text the model gives ${outcomeText(baseline)}.`,
  ];
  if (setting !== null) {
    const { unit, symbols, escape: escaping, hasLanguage } = setting.control;
    const language = hasLanguage ? ', of the language of the control,' : '';
    const escaped = escaping === 'json' ? ' They stand escaped in a JSON string.' : '';
    lines.push(`Texts of ${symbols} ${unit}s${language} may stand in its slot.${escaped}`);
  }
  if (each.forbidTarget) {
    lines.push('Texts that have the value in them do not count.');
  }
  lines.push(
    '',
    complete
      ? `Every text of at most ${symbolsOf(each, certifyK)} was looked at: ${countOf(total, 'text')}.`
      : `Not every text of at most ${symbolsOf(each, certifyK)} was looked at: ${counts.enumerated.toLocaleString('en')} of ${countOf(total, 'text')}. So nothing is certified.`,
    ...countLines(counts),
    numericLine(numeric),
    search === null
      ? 'No search beyond that.'
      : `Beyond that a search read ${countOf(search.evaluations, 'prompt')} with up to ${symbolsOf(each, search.maxK)}${search.finished ? '' : '; the time ran out'}.`,
    '',
    `To change it takes: ${leastText(flip.least)}. ${flip.label}: ${labelWords[flip.label]}`,
    ...(flip.outcome === null
      ? []
      : [`It becomes ${outcomeText(flip.outcome)} with ${witnessWords(flip.witness)}.`]),
    ...(flip.reason === undefined ? [] : [`Why not more: ${flip.reason}.`]),
  );
  for (const target of each.targets) lines.push('', ...explainTarget(target, each));
  return lines;
}

/** Lines about a value. */
export function explainTarget(target: TargetFinding, each: CaseReport): string[] {
  const { id, label, least, witness, plainWitness, texts, reason, method } = target;
  const isBaseline = target.target === each.baseline;
  const lines = [`${id}: ${label}`, `  ${labelWords[label]}`];
  lines.push(
    `  symbols that it takes: ${leastText(least)}${isBaseline ? ' (it is what the empty text gives)' : ''}`,
  );
  for (const { length, texts: given, plainTexts } of texts) {
    const copies = given - plainTexts;
    const copied = copies === 0 ? '' : `, ${copies} of them with the value in the text`;
    lines.push(
      `  with ${symbolsOf(each, length)}: ${countOf(given, 'text')} of those that were read in full${copied}`,
    );
  }
  if (witness !== null)
    lines.push(`  a text: ${witnessWords(witness)}${method === null ? '' : `, found by ${method}`}`);
  if (plainWitness !== null) lines.push(`  without the value in it: ${witnessWords(plainWitness)}`);
  if (reason !== undefined) lines.push(`  why not more: ${reason}`);
  return lines;
}

/** A text that gives something. */
export function witnessWords(witness: Witness | null): string {
  if (witness === null) return 'no text';
  const { text, margin, copiesTarget } = witness;
  const by = margin === null ? '' : `, decided by ${margin.toFixed(3)} logits`;
  return `${text === '' ? 'the empty text' : quoted(text)}${by}${copiesTarget ? ', which has the value in it' : ''}`;
}

/** What became of the texts that were looked at. */
export function countLines(counts: CandidateCounts): string[] {
  const parts: [number, string][] = [
    [counts.read, 'were read by the model'],
    [counts.merged, 'of those gave the tokens of another one'],
    [counts.notInLanguage, 'are not in the language of the control'],
    [counts.notText, 'are no text'],
    [counts.unprintable, 'have characters that cannot be seen'],
    [counts.unstable, 'the tokenizer writes with other tokens'],
  ];
  return parts
    .filter(([count], index) => count > 0 || index === 0)
    .map(([count, what]) => `  ${count.toLocaleString('en')} ${what}`);
}

/** How exact the arithmetic was. */
export function numericLine({
  tolerance,
  largestDifference,
  compared,
  rechecked,
  changed,
  holds,
}: NumericReport): string {
  const verdict = holds
    ? 'within half of the tolerance, so that it changes no decision'
    : 'more than half of the tolerance, so that nothing is certified';
  return `Read together and alone, logits of ${countOf(compared, 'prompt')} differed by at most ${largestDifference.toPrecision(2)} (tolerance ${tolerance}): ${verdict}. ${rechecked} close ones were read again, ${changed} came out otherwise.`;
}
