import { quoteShort } from '../json-schema/json-text.js';
import type { JsonValue } from '../json-schema/json-value.js';
import { type Place, placeBelow } from '../json-schema/place.js';
import { type Dispatched, freeText, freeTextThenMark } from './free-text.js';
import type { LowerFormat, Surroundings, TagContext } from './tag-context.js';
import { insideOf, tagError } from './tag-error.js';
import { itemPlace, readObject, type TagObject, type TokenRef } from './tag-reader.js';
import { branchesOf, type TextBranch } from './text-branches.js';

const TAG_MEMBERS = ['type', 'begin', 'content', 'end'];

/** A tag as it is read: its begin, and the node of its content and end. */
interface ReadTag {
  readonly object: TagObject;
  readonly begin: { readonly text: string } | { readonly token: TokenRef };
  readonly inside: number;
}

export function tokenNode(
  { builder, body }: TagContext,
  tokens: readonly TokenRef[],
  excluded: boolean,
): number {
  const ids = tokens.filter((token) => typeof token === 'number');
  const names = tokens.filter((token) => typeof token === 'string');
  return body.symbol(
    builder.tokens(
      ids.map((id) => [id, id] as const),
      names,
      excluded,
    ),
  );
}

/** A text, or a token as an object. */
function readDelimiter(value: JsonValue, place: Place | null, what: string): ReadTag['begin'] | undefined {
  if (value.kind === 'string') return { text: value.value };
  if (value.kind !== 'object') return undefined;
  const object = readObject(value, place, what, ['type', 'token']);
  if (object.has('type') && object.text('type') !== 'token') {
    throw object.error('type', `${what} is a text or a format of type token`);
  }
  return { token: object.token('token') };
}

function readTag(
  context: TagContext,
  value: JsonValue,
  place: Place | null,
  around: Surroundings,
  lower: LowerFormat,
): ReadTag {
  const object = readObject(value, place, 'a tag', TAG_MEMBERS);
  if (object.has('type') && object.text('type') !== 'tag') {
    throw object.error(
      'type',
      `only formats of type tag may stand here, not ${quoteShort(object.text('type'))}`,
    );
  }
  const begin = readDelimiter(object.value('begin'), placeBelow(place, 'begin'), '`begin` of a tag');
  if (begin === undefined) throw object.error('begin', '`begin` of a tag is a text or a token');
  const ends = readEnds(object);
  const content = lower(object.value('content'), {
    place: placeBelow(place, 'content'),
    depth: around.depth + 1,
    ...surroundingEnds(ends, around),
  });
  const end = insideOf(place, 'end', () =>
    'token' in ends
      ? tokenNode(context, [ends.token], false)
      : context.body.union(ends.texts.map((text) => context.body.literal(text))),
  );
  return { object, begin, inside: context.body.concat([content, end]) };
}

type Ends = { readonly texts: readonly string[] } | { readonly token: TokenRef };

function readEnds(object: TagObject): Ends {
  const value = object.value('end');
  if (value.kind === 'array') {
    const texts = value.items.map((item) => {
      if (item.kind !== 'string') throw object.error('end', 'a list as `end` of a tag holds texts');
      return item.value;
    });
    if (texts.length === 0) throw object.error('end', 'the list of ends is empty', 'name at least one text');
    return { texts };
  }
  const end = readDelimiter(value, placeBelow(object.place, 'end'), '`end` of a tag');
  if (end === undefined) throw object.error('end', '`end` of a tag is a text, a list of texts or a token');
  return 'text' in end ? { texts: [end.text] } : end;
}

/** An end that is empty hands over to the tag around. */
function surroundingEnds(ends: Ends, around: Surroundings): Pick<Surroundings, 'endTexts' | 'endTokens'> {
  if ('token' in ends) return { endTexts: [], endTokens: [ends.token] };
  const own = ends.texts.filter((text) => text !== '');
  if (own.length === ends.texts.length) return { endTexts: own, endTokens: [] };
  return { endTexts: [...own, ...around.endTexts], endTokens: around.endTokens };
}

/** A whole tag, its begin included. */
function wholeTag(context: TagContext, { object, begin, inside }: ReadTag): number {
  const { body } = context;
  const open = insideOf(object.place, 'begin', () =>
    'text' in begin ? body.literal(begin.text) : tokenNode(context, [begin.token], false),
  );
  return body.concat([open, inside]);
}

/** Any of some tags. */
function anyTag(context: TagContext, format: TagObject, tags: readonly ReadTag[]): number {
  const { body, rules } = context;
  const texts: TextBranch[] = [];
  const others: number[] = [];
  for (const read of tags) {
    if ('text' in read.begin) texts.push({ text: read.begin.text, rest: read.inside });
    else others.push(wholeTag(context, read));
  }
  if (texts.length === 0) return body.union(others);
  const branches = insideOf(format.place, 'tags', () => branchesOf(rules, body, texts));
  return others.length === 0 ? branches : body.union([branches, ...others]);
}

export function tag(context: TagContext, value: JsonValue, around: Surroundings, lower: LowerFormat): number {
  return wholeTag(context, readTag(context, value, around.place, around, lower));
}

function readTags(
  context: TagContext,
  format: TagObject,
  around: Surroundings,
  lower: LowerFormat,
): ReadTag[] {
  const tags = format
    .list('tags')
    .map((value, index) => readTag(context, value, itemPlace(format, 'tags', index), around, lower));
  if (tags.length === 0) throw format.error('tags', `${format.what} needs at least one tag`);
  return tags;
}

export function tagsWithSeparator(
  context: TagContext,
  format: TagObject,
  around: Surroundings,
  lower: LowerFormat,
): number {
  const { body } = context;
  const separator = insideOf(format.place, 'separator', () => body.literal(format.text('separator')));
  const atLeastOne = format.flag('at_least_one', false);
  const stopAfterFirst = format.flag('stop_after_first', false);
  const one = anyTag(context, format, readTags(context, format, around, lower));
  const more = body.repeat(body.concat([separator, one]), 0, undefined, 0);
  const some = stopAfterFirst ? one : body.concat([one, more]);
  return atLeastOne ? some : body.union([body.concat([]), some]);
}

/** How rounds of free text and what it leads to follow each other. */
interface Rounds {
  readonly loop: boolean;
  /** What must come first where the text may not be free before it. */
  readonly first: number | undefined;
}

function roundsOf({ body }: TagContext, round: number, free: number, { loop, first }: Rounds): number {
  if (first !== undefined && !loop) return first;
  const further = loop ? body.concat([body.repeat(round, 0, undefined, 0), free]) : body.union([free, round]);
  return first === undefined ? further : body.concat([first, further]);
}

export function triggeredTags(
  context: TagContext,
  format: TagObject,
  around: Surroundings,
  lower: LowerFormat,
): number {
  const { body, rules } = context;
  const triggers = [...new Set(format.texts('triggers'))];
  const excludes = [...format.texts('excludes', []), ...around.endTexts];
  const atLeastOne = format.flag('at_least_one', false);
  const loop = !format.flag('stop_after_first', false);
  const tags = readTags(context, format, around, lower);
  const ways = new Map<string, TextBranch[]>(triggers.map((trigger) => [trigger, []]));
  for (const { object, begin, inside } of tags) {
    if (!('text' in begin)) {
      const hint = 'use token_triggered_tags for tags that begin with a token';
      throw object.error('begin', 'tags of `triggered_tags` begin with a text', hint);
    }
    const own = triggers.filter((trigger) => begin.text.startsWith(trigger));
    const [trigger, second] = own;
    if (trigger === undefined) {
      throw object.error(
        'begin',
        'no trigger is a prefix of `begin`',
        `the triggers are ${triggers.map(quoteShort).join(', ')}`,
      );
    }
    if (second !== undefined) {
      const both = `${quoteShort(trigger)} and ${quoteShort(second)}`;
      throw object.error(
        'begin',
        `the triggers ${both} are both prefixes of \`begin\``,
        'leave one of them out',
      );
    }
    ways.get(trigger)?.push({ text: begin.text.slice(trigger.length), rest: inside });
  }
  const first = atLeastOne ? anyTag(context, format, tags) : undefined;
  if (first !== undefined && !loop) return first;
  // A trigger without a tag leads nowhere.
  const dispatched = [...ways].map(([mark, own]): Dispatched => ({ mark, ways: own }));
  return insideOf(format.place, 'triggers', () =>
    roundsOf(
      context,
      freeTextThenMark(rules, body, dispatched, excludes),
      body.expr(freeText(rules, [...triggers, ...excludes])),
      { loop, first },
    ),
  );
}

/** The pairs of `rules`: a mark, and the format behind it. */
function readRules<T>(
  format: TagObject,
  around: Surroundings,
  lower: LowerFormat,
  mark: (value: JsonValue) => T | undefined,
): [T, number][] {
  const pairs = format.list('rules').map((value, index): [T, number] => {
    const [first, second, third] = value.kind === 'array' ? value.items : [];
    const read = first === undefined ? undefined : mark(first);
    if (read === undefined || second === undefined || third !== undefined) {
      throw format.error('rules', `item ${index} of \`rules\` must be a list of two: a mark and a format`);
    }
    const place = placeBelow(itemPlace(format, 'rules', index), 1);
    return [read, lower(second, { ...around, place, depth: around.depth + 1 })];
  });
  if (pairs.length === 0) throw format.error('rules', `${format.what} needs at least one rule`);
  return pairs;
}

export function dispatch(
  context: TagContext,
  format: TagObject,
  around: Surroundings,
  lower: LowerFormat,
): number {
  const { body, rules } = context;
  const excludes = [...format.texts('excludes', []), ...around.endTexts];
  const pairs = readRules(format, around, lower, (value) =>
    value.kind === 'string' && value.value !== '' ? value.value : undefined,
  );
  const dispatched = pairs.map(([mark, rest]): Dispatched => ({ mark, ways: [{ text: '', rest }] }));
  const marks = pairs.map(([mark]) => mark);
  return insideOf(format.place, 'rules', () =>
    roundsOf(
      context,
      freeTextThenMark(rules, body, dispatched, excludes),
      body.expr(freeText(rules, [...marks, ...excludes])),
      { loop: format.flag('loop', true), first: undefined },
    ),
  );
}

export function tokenTriggeredTags(
  context: TagContext,
  format: TagObject,
  around: Surroundings,
  lower: LowerFormat,
): number {
  const { body } = context;
  const triggers = format.tokens('trigger_tokens');
  const barred = [...triggers, ...format.tokens('exclude_tokens', []), ...around.endTokens];
  const atLeastOne = format.flag('at_least_one', false);
  const loop = !format.flag('stop_after_first', false);
  const tags = readTags(context, format, around, lower).map((read) => {
    const { object, begin } = read;
    if (!('token' in begin)) {
      throw object.error(
        'begin',
        'tags of `token_triggered_tags` begin with a token',
        'write {"type": "token", "token": …}',
      );
    }
    if (!triggers.includes(begin.token)) {
      throw object.error('begin', `the token ${JSON.stringify(begin.token)} is none of \`trigger_tokens\``);
    }
    return wholeTag(context, read);
  });
  const one = body.union(tags);
  return tokenRounds(context, barred, one, { loop, first: atLeastOne ? one : undefined });
}

export function tokenDispatch(
  context: TagContext,
  format: TagObject,
  around: Surroundings,
  lower: LowerFormat,
): number {
  const { body } = context;
  const pairs = readRules(format, around, lower, tokenOf);
  const barred = [
    ...pairs.map(([token]) => token),
    ...format.tokens('exclude_tokens', []),
    ...around.endTokens,
  ];
  const one = body.union(
    pairs.map(([token, rest]) => body.concat([tokenNode(context, [token], false), rest])),
  );
  return tokenRounds(context, barred, one, { loop: format.flag('loop', true), first: undefined });
}

function tokenOf(value: JsonValue): TokenRef | undefined {
  if (value.kind === 'string') return value.value === '' ? undefined : value.value;
  return value.kind === 'number' && /^[0-9]{1,10}$/.test(value.text) ? Number(value.text) : undefined;
}

function tokenRounds(context: TagContext, barred: readonly TokenRef[], one: number, rounds: Rounds): number {
  const { body } = context;
  const free = body.repeat(tokenNode(context, barred, true), 0, undefined, 0);
  return roundsOf(context, body.concat([free, one]), free, rounds);
}

export function excludedTokens(context: TagContext, format: TagObject, around: Surroundings): number {
  return tokenNode(context, [...format.tokens('exclude_tokens', []), ...around.endTokens], true);
}

export function anyTokens(context: TagContext, format: TagObject, around: Surroundings): number {
  const maxTokens = format.count('max_tokens');
  const offset = context.errorAt((message, hint) =>
    tagError('UNSUPPORTED', format.place, 'max_tokens', message, hint),
  );
  return context.body.repeat(excludedTokens(context, format, around), 0, maxTokens, offset);
}
