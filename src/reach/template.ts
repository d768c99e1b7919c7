import { expected, illFormedAt } from '../engine/arguments.js';
import { GrammaskError } from '../errors.js';
import type { ModelWorker } from '../model/model-worker.js';
import type { ChatMessage, PromptSource } from '../model/protocol.js';

/** Where the text stands: in the template's slot, or before or behind all of a template that has none. */
export type Placement = 'slot' | 'before' | 'after';

/** What the model reads, with a place for the text. */
export interface TemplateOptions {
  /** The prompt as the model reads it, or messages for its chat template. `{{name}}` in it is the slot. */
  template: string | readonly ChatMessage[];
  /** The name of the slot. Default: `'input'`. */
  slot?: string | undefined;
  /** `'before'` and `'after'`: the template has no slot, and the text stands before it or behind it. Default `'slot'`. */
  placement?: Placement | undefined;
}

/** A template that was read. */
export interface Template {
  /** The prompt with a text in its slot. */
  fill(text: string): PromptSource;
  /** What tells one template from another, as text. */
  readonly description: string;
  /** The prompt before the slot and behind it, for the tokenizer. `UNSUPPORTED` where they cannot be told. */
  around(worker: ModelWorker): Promise<{ before: PromptSource; behind: PromptSource }>;
}

/**
 * @param schemaText the JSON Schema of the answer, for chat templates that read it
 * @throws GrammaskError `ARGUMENT` for a template without its slot, or with several
 */
export function readTemplate(options: TemplateOptions, schemaText: string | undefined): Template {
  const { template, slot = 'input', placement = 'slot' } = options;
  if (typeof slot !== 'string' || !/^[\w-]+$/.test(slot)) throw expected('a name', 'slot', slot);
  if (!['slot', 'before', 'after'].includes(placement)) {
    throw expected("'slot', 'before' or 'after'", 'placement', placement);
  }
  const mark = `{{${slot}}}`;
  const description = JSON.stringify({ template, slot, placement, schemaText });
  if (typeof template === 'string') {
    const [before, behind] = textAround(template, mark, placement);
    return {
      fill: (text) => ({ prompt: before + text + behind }),
      description,
      around: async () => ({ before: { prompt: before }, behind: { prompt: behind, isRendered: true } }),
    };
  }
  if (placement !== 'slot') {
    throw new GrammaskError('ARGUMENT', `placement: '${placement}' goes with a prompt, not with messages`, {
      hint: `put ${mark} into a message`,
    });
  }
  const messages = readMessages(template);
  const places = messages.flatMap(({ content }, index) =>
    content
      .split(mark)
      .slice(1)
      .map(() => index),
  );
  checkPlaces(places.length, mark);
  const place = places[0] as number;
  const [before = '', behind = ''] = (messages[place] as ChatMessage).content.split(mark);
  const filled = (text: string): readonly ChatMessage[] =>
    messages.map((message, index) =>
      index === place ? { ...message, content: before + text + behind } : message,
    );
  return {
    fill: (text) => ({ messages: filled(text), schemaText }),
    description,
    async around(worker) {
      const rendered = await worker.render(filled(mark), schemaText);
      const parts = rendered.split(mark);
      if (parts.length !== 2) {
        throw new GrammaskError(
          'UNSUPPORTED',
          'the chat template does not write the slot once, as it stands',
          {
            hint: 'count characters instead of tokens, or pass the prompt as text',
          },
        );
      }
      const [first = '', second = ''] = parts;
      return { before: { prompt: first, isRendered: true }, behind: { prompt: second, isRendered: true } };
    },
  };
}

function textAround(template: string, mark: string, placement: Placement): [string, string] {
  if (illFormedAt(template) >= 0) throw new GrammaskError('ARGUMENT', '`template` is ill-formed UTF-16');
  const parts = template.split(mark);
  if (placement === 'slot') {
    checkPlaces(parts.length - 1, mark);
    return [parts[0] as string, parts[1] as string];
  }
  if (parts.length > 1) {
    throw new GrammaskError(
      'ARGUMENT',
      `the template has the slot ${mark}, so \`placement\` has no meaning`,
      {
        hint: 'leave out one of the two',
      },
    );
  }
  return placement === 'before' ? ['', template] : [template, ''];
}

function checkPlaces(count: number, mark: string): void {
  if (count === 1) return;
  throw new GrammaskError(
    'ARGUMENT',
    count === 0 ? `the template has no slot ${mark}` : `the template has the slot ${mark} ${count} times`,
    { hint: `write ${mark} once, where the text of others stands; \`slot\` names another one` },
  );
}

function readMessages(template: unknown): readonly ChatMessage[] {
  if (!Array.isArray(template) || template.length === 0) {
    throw expected('a text, or a list of messages,', 'template', template);
  }
  return template.map((message: unknown, index) => {
    const { role, content } = (typeof message === 'object' && message !== null ? message : {}) as ChatMessage;
    if (typeof role !== 'string' || typeof content !== 'string') {
      throw expected('an object with role and content', `template[${index}]`, message);
    }
    if (illFormedAt(role + content) >= 0) {
      throw new GrammaskError('ARGUMENT', `template[${index}] is ill-formed UTF-16`);
    }
    return { role, content };
  });
}
