/** A function that a model may call, as families read it. */
export interface CallableTool {
  /** As the model writes it. */
  readonly name: string;
  /** JSON Schema of the arguments. */
  readonly parameters: object | boolean;
  /** The provider's own tool, such as a web search, and not a function of the caller. */
  readonly isBuiltin: boolean;
}

export type CallMode = 'auto' | 'required' | 'forced';

export interface ToolRequest {
  /** Under `forced` exactly one, under `required` at least one; under `auto` perhaps none: text only. */
  readonly tools: readonly CallableTool[];
  readonly mode: CallMode;
  readonly reasoning: boolean;
}

/** A format of a structural tag, as JSON. */
export type Format = Readonly<Record<string, unknown>>;

/** How a family of models writes tool calls. */
export interface ToolFamily {
  /** Models that write so. */
  readonly models: string;
  /** Whether it has tools of the provider beside functions. */
  readonly hasBuiltinTools?: boolean;
  /** The format of an answer. */
  format(request: ToolRequest): Format;
}

export const THINK_MARKS: readonly string[] = ['<think>', '</think>'];

export const text = (value: string): Format => ({ type: 'const_string', value });
export const anyText = (excludes: readonly string[] = []): Format => ({ type: 'any_text', excludes });
export const sequence = (...elements: readonly Format[]): Format => ({ type: 'sequence', elements });
export const tag = (begin: string, content: Format, end: string | readonly string[]): Format => ({
  type: 'tag',
  begin,
  content,
  end,
});
export const schema = (parameters: object | boolean, style = 'json'): Format => ({
  type: 'json_schema',
  json_schema: parameters,
  style,
});
/** A call's number. */
export const digits: Format = { type: 'regex', pattern: '\\d+' };

export const separated = (tags: readonly Format[], separator: string, atLeastOne = true): Format => ({
  type: 'tags_with_separator',
  tags,
  separator,
  at_least_one: atLeastOne,
});

export interface Triggered {
  readonly trigger: string;
  readonly tags: readonly Format[];
  readonly excludes: readonly string[];
  readonly atLeastOne?: boolean;
}

export const triggered = ({ trigger, tags, excludes, atLeastOne = false }: Triggered): Format => ({
  type: 'triggered_tags',
  triggers: [trigger],
  tags,
  excludes,
  at_least_one: atLeastOne,
});

/** What precedes the answer; undefined is nothing. */
export interface Reasoning {
  readonly on: Format | undefined;
  readonly off?: Format | undefined;
}

/** The rest of a block of thoughts that the prompt has opened, and what closes it. */
export function thoughts(end: string, behind = '', excludes: readonly string[] = []): Reasoning {
  const block = tag('', anyText(excludes), end);
  return { on: behind === '' ? block : sequence(block, text(behind)) };
}

function withReasoning(reasoning: Reasoning | undefined, isOn: boolean, answer: Format): Format {
  const before = isOn ? reasoning?.on : reasoning?.off;
  return before === undefined ? answer : sequence(before, answer);
}

interface InTextOptions {
  readonly models: string;
  readonly call: (tool: CallableTool) => Format;
  readonly trigger: string;
  /** Not allowed in text around calls. */
  readonly excludes?: readonly string[];
  /** The same where there are no tools. Default: as around calls. */
  readonly excludesWithoutTools?: readonly string[];
  readonly reasoning?: Reasoning;
}

/** Calls that stand in the text, one by one. */
export function callsInText(options: InTextOptions): ToolFamily {
  const { models, call, trigger, excludes = THINK_MARKS, reasoning } = options;
  return {
    models,
    format({ tools, mode, reasoning: isOn }) {
      const tags = tools.map(call);
      const [first] = tags;
      let answer: Format;
      if (first === undefined) answer = anyText(options.excludesWithoutTools ?? excludes);
      else if (mode === 'forced') answer = first;
      else answer = triggered({ trigger, tags, excludes, atLeastOne: mode === 'required' });
      return withReasoning(reasoning, isOn, answer);
    },
  };
}

interface InSectionOptions extends InTextOptions {
  readonly begin: string;
  /** What stands before `begin` where the answer is nothing but the section. */
  readonly beforeBegin?: string;
  readonly end: string;
  readonly separator?: string;
}

/** Calls that stand together in a section of their own. */
export function callsInSection(options: InSectionOptions): ToolFamily {
  const { models, call, trigger, begin, end, separator = '', excludes = THINK_MARKS, reasoning } = options;
  const alone = text(`${options.beforeBegin ?? ''}${begin}`);
  return {
    models,
    format({ tools, mode, reasoning: isOn }) {
      const tags = tools.map(call);
      const [first] = tags;
      let answer: Format;
      if (first === undefined) answer = anyText(options.excludesWithoutTools ?? excludes);
      else if (mode === 'forced') answer = sequence(alone, first, text(end));
      else if (mode === 'required') answer = sequence(alone, separated(tags, separator), text(end));
      else answer = triggered({ trigger, tags: [tag(begin, separated(tags, separator), end)], excludes });
      return withReasoning(reasoning, isOn, answer);
    },
  };
}
