/**
 * A second reading of the text formats, for comparison: from a place in a text, all places where a format may end. It
 * shares nothing with the product but the JSON.
 */
export type NaiveFormat =
  | { readonly type: 'const_string'; readonly value: string }
  | { readonly type: 'any_text'; readonly excludes?: readonly string[]; readonly max_chars?: number }
  | { readonly type: 'sequence' | 'or'; readonly elements: readonly NaiveFormat[] }
  | { readonly type: 'optional' | 'plus' | 'star'; readonly content: NaiveFormat }
  | { readonly type: 'repeat'; readonly min: number; readonly max: number; readonly content: NaiveFormat }
  | NaiveTag
  | {
      readonly type: 'triggered_tags';
      readonly triggers: readonly string[];
      readonly tags: readonly NaiveTag[];
      readonly excludes?: readonly string[];
      readonly at_least_one?: boolean;
      readonly stop_after_first?: boolean;
    }
  | {
      readonly type: 'tags_with_separator';
      readonly tags: readonly NaiveTag[];
      readonly separator: string;
      readonly at_least_one?: boolean;
      readonly stop_after_first?: boolean;
    }
  | {
      readonly type: 'dispatch';
      readonly rules: readonly (readonly [string, NaiveFormat])[];
      readonly excludes?: readonly string[];
      readonly loop?: boolean;
    };

export interface NaiveTag {
  readonly type: 'tag';
  readonly begin: string;
  readonly content: NaiveFormat;
  readonly end: string | readonly string[];
}

export function naiveTest(format: NaiveFormat, text: string): boolean {
  return endsOf(format, text, 0, []).has(text.length);
}

function endsOf(format: NaiveFormat, text: string, from: number, endMarks: readonly string[]): Set<number> {
  const inside = (inner: NaiveFormat, at: Iterable<number>): Set<number> =>
    union([...at].map((place) => endsOf(inner, text, place, endMarks)));
  switch (format.type) {
    case 'const_string':
      return after(text, from, format.value);
    case 'any_text': {
      const marks = [...(format.excludes ?? []), ...endMarks];
      const ends = freeEnds(text, from, marks);
      return new Set([...ends].filter((end) => end - from <= (format.max_chars ?? text.length)));
    }
    case 'sequence':
      return format.elements.reduce((at, element) => inside(element, at), new Set([from]));
    case 'or':
      return union(format.elements.map((element) => inside(element, [from])));
    case 'optional':
      return rounds(from, 0, 1, (at) => inside(format.content, [at]));
    case 'plus':
      return rounds(from, 1, Number.POSITIVE_INFINITY, (at) => inside(format.content, [at]));
    case 'star':
      return rounds(from, 0, Number.POSITIVE_INFINITY, (at) => inside(format.content, [at]));
    case 'repeat': {
      const max = format.max === -1 ? Number.POSITIVE_INFINITY : format.max;
      return rounds(from, format.min, max, (at) => inside(format.content, [at]));
    }
    case 'tag':
      return tagEnds(format, text, from, endMarks);
    case 'tags_with_separator': {
      const tags = (at: number): Set<number> =>
        union(format.tags.map((tag) => tagEnds(tag, text, at, endMarks)));
      const some = tags(from);
      const all = format.stop_after_first
        ? some
        : union(
            [...some].map((end) =>
              rounds(end, 0, Number.POSITIVE_INFINITY, (at) =>
                union([...after(text, at, format.separator)].map(tags)),
              ),
            ),
          );
      return format.at_least_one ? all : new Set([from, ...all]);
    }
    case 'triggered_tags': {
      const tagsFor = (trigger: string, at: number): Set<number> =>
        union(
          format.tags
            .filter(({ begin }) => begin.startsWith(trigger))
            .map((tag) => tagEnds(tag, text, at - trigger.length, endMarks)),
        );
      const marks = [...(format.excludes ?? []), ...endMarks];
      const loop = format.stop_after_first !== true;
      if (!format.at_least_one) return dispatchEnds(text, from, format.triggers, marks, loop, tagsFor);
      const first = union(format.tags.map((tag) => tagEnds(tag, text, from, endMarks)));
      if (!loop) return first;
      return union([...first].map((at) => dispatchEnds(text, at, format.triggers, marks, true, tagsFor)));
    }
    case 'dispatch': {
      const marks = [...(format.excludes ?? []), ...endMarks];
      const patterns = format.rules.map(([pattern]) => pattern);
      return dispatchEnds(text, from, patterns, marks, format.loop !== false, (pattern, at) =>
        union(format.rules.filter(([own]) => own === pattern).map(([, inner]) => inside(inner, [at]))),
      );
    }
  }
}

function tagEnds(tag: NaiveTag, text: string, from: number, around: readonly string[]): Set<number> {
  const ends = typeof tag.end === 'string' ? [tag.end] : tag.end;
  const own = ends.filter((end) => end !== '');
  const marks = own.length === ends.length ? own : [...own, ...around];
  const contents = [...after(text, from, tag.begin)].map((at) => endsOf(tag.content, text, at, marks));
  return union([...union(contents)].flatMap((at) => ends.map((end) => after(text, at, end))));
}

/** Free text, read character by character, until a pattern ends; what follows the pattern; and again. */
function dispatchEnds(
  text: string,
  start: number,
  patterns: readonly string[],
  excludes: readonly string[],
  loop: boolean,
  follow: (pattern: string, at: number) => Set<number>,
): Set<number> {
  const result = new Set<number>();
  const seen = new Set<number>();
  const work = [start];
  for (let from = work.pop(); from !== undefined; from = work.pop()) {
    if (seen.has(from)) continue;
    seen.add(from);
    for (let at = from; at <= text.length; at++) {
      const read = text.slice(from, at);
      if (excludes.some((mark) => read.endsWith(mark))) break;
      const ended = patterns.filter((pattern) => read.endsWith(pattern));
      if (ended.length === 0) {
        result.add(at);
        continue;
      }
      for (const pattern of ended) {
        for (const end of follow(pattern, at)) {
          if (loop) work.push(end);
          else result.add(end);
        }
      }
      break;
    }
  }
  return result;
}

function freeEnds(text: string, from: number, marks: readonly string[]): Set<number> {
  const ends = new Set<number>();
  for (let end = from; end <= text.length; end++) {
    const read = text.slice(from, end);
    if (marks.some((mark) => read.includes(mark))) break;
    ends.add(end);
  }
  return ends;
}

function rounds(from: number, min: number, max: number, step: (at: number) => Set<number>): Set<number> {
  const result = new Set<number>();
  let places = new Set([from]);
  const seen = new Set<string>();
  for (let count = 0; count <= max && places.size > 0; count++) {
    if (count >= min) {
      for (const place of places) result.add(place);
      const key = [...places].sort().join();
      if (seen.has(key)) break;
      seen.add(key);
    }
    places = union([...places].map(step));
  }
  return result;
}

function after(text: string, from: number, part: string): Set<number> {
  return new Set(text.startsWith(part, from) ? [from + part.length] : []);
}

function union<T>(sets: readonly Set<T>[]): Set<T> {
  return new Set(sets.flatMap((set) => [...set]));
}
