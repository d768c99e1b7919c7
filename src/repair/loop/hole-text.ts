// The text that a model writes for a hole: where it begins, what ends it, and what of it goes into the file.
import type { Grammar } from '../../engine/grammar.js';
import { makeHoleWithin } from '../hole/grammar-maker.js';
import type { HoleOptions } from '../hole/hole-grammar.js';
import type { Hole } from '../holes.js';
import type { TemplateHole } from '../templates.js';

/** A hole as the model is to see it. */
export interface WrittenHole {
  /** The file in front of what the model writes: without the blanks before the hole, which it writes itself. */
  readonly prefix: string;
  readonly suffix: string;
  /** Those blanks, and what of the hole is kept that it needs. Most tokens begin with a blank, so a prompt that ends with it would ask for something rare. */
  readonly lead: string;
  /** A text of the whole hole, made of what the model wrote. */
  textOf(written: string): string;
  /** Where a place of that text is in what the model wrote; undefined where that is none of its own. Offsets in UTF-16 units. */
  placeOf(written: string, offset: number): number | undefined;
  /** What ends the text of a model that is not constrained. */
  readonly stop: readonly string[];
  /** Whether the end of the line ends the hole: then every token that begins with a line break is an end. */
  readonly endsLine: boolean;
  /** What the model may write: the lead, the hole, and perhaps the sign behind it. Undefined where no text fits. Made in a thread. */
  grammar(): Promise<Grammar | undefined>;
}

/** Describes what is to be written for a template. */
export function writtenHole(hole: Hole, template: TemplateHole): WrittenHole {
  const { before, after, suffix } = template;
  // What is needed is written by the model as well, for it knows tokens that run on beyond it.
  const own = template.template === 'needed' ? before : '';
  const prefix = template.prefix.slice(0, template.prefix.length - own.length);
  const lead = (/[\t ]*$/.exec(prefix)?.[0] ?? '') + own;
  const isLine = hole.mode === 'line' || !/[\r\n]/.test(hole.original);
  // A model that does not fill gaps never says that it is done: it writes on. So the sign behind the hole is an end as well.
  const behind = after.trim() === '' ? '' : (/^[\t ]*[)\]}]/.exec(after)?.[0] ?? '');
  // Patches seldom need `x => …` without parentheses or a label, and without them every name is asked for.
  const options: HoleOptions = { mode: isLine ? 'line' : 'lines', bareParameters: false, labels: false };
  const grammarWithin = (before: string, end: string): Promise<Grammar | undefined> =>
    makeHoleWithin(template.prefix, suffix, options, { before, behind: end });
  // The hole alone, once a model was held to its grammar.
  let alone: Grammar | undefined;
  const withoutLead = (written: string): string =>
    written.startsWith(lead) ? written.slice(lead.length) : written.trimStart();
  return {
    prefix: template.prefix.slice(0, template.prefix.length - lead.length),
    suffix,
    lead,
    stop: isLine ? ['\n'] : [],
    endsLine: isLine && after.trim() === '',
    textOf(written) {
      let text = withoutLead(written);
      // Brackets in balance tell whose a closing one is.
      const isOwn = (): boolean => alone?.test(text) === true;
      if (behind !== '' && text.endsWith(behind) && !isOwn()) {
        text = text.slice(0, text.length - behind.length);
      }
      // Written without a constraint, it may repeat what stands behind it.
      else if (after.trim() !== '' && text.trimEnd().endsWith(after.trim())) {
        text = text.trimEnd().slice(0, -after.trim().length);
      }
      return before + text + after;
    },
    placeOf(written, offset) {
      const own = withoutLead(written).length;
      const place = offset - before.length + written.length - own;
      return offset <= before.length || offset > before.length + own ? undefined : place;
    },
    async grammar() {
      const [whole, own] = await Promise.all([
        grammarWithin(lead, behind),
        behind === '' ? undefined : grammarWithin('', ''),
      ]);
      alone = own;
      return whole;
    },
  };
}
