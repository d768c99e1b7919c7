import { Compiler, fillMasks, type Matcher, type Vocabulary } from '../../src/index.js';

/** What masks are looked up in, and how they are made. */
export interface CacheState {
  readonly compiler: Compiler;
  fill(matcher: Matcher, mask: Int32Array): void;
}

/** Caches that hold two or three masks. */
const fewBytes = (vocabulary: Vocabulary): number => 3000 + Math.floor(vocabulary.size / 2);

const alone = (matcher: Matcher, mask: Int32Array): void => {
  matcher.fillMask(mask);
};

/** What was made for languages before; two or three masks; nothing. */
export function cacheStates(vocabulary: Vocabulary): CacheState[] {
  const warm = { compiler: new Compiler(vocabulary), fill: alone };
  const evicting = new Compiler(vocabulary, { cacheBytes: fewBytes(vocabulary), threads: 1 });
  const cold = new Compiler(vocabulary);
  return [warm, { compiler: evicting, fill: alone }, warm, { compiler: cold, fill: emptied(cold, alone) }];
}

/** The same three, each mask made on threads beside those of other places, which must come out as they did before. */
export function threadedStates(vocabulary: Vocabulary, threads: number): CacheState[] {
  const [warm, evicting, cold] = [
    new Compiler(vocabulary, { threads }),
    new Compiler(vocabulary, { cacheBytes: threads * fewBytes(vocabulary), threads }),
    new Compiler(vocabulary, { threads }),
  ];
  return [
    { compiler: warm, fill: inCompany(COMPANY) },
    { compiler: evicting, fill: inCompany(COMPANY) },
    { compiler: cold, fill: emptied(cold, inCompany(COMPANY)) },
  ];
}

const COMPANY = 7;

function emptied(compiler: Compiler, fill: CacheState['fill']): CacheState['fill'] {
  return (matcher, mask) => {
    compiler.clearCache();
    fill(matcher, mask);
  };
}

/** Fills a mask together with those of the `most` places that were met last. */
function inCompany(most: number): CacheState['fill'] {
  const company: { readonly matcher: Matcher; readonly mask: Int32Array }[] = [];
  return (matcher, mask) => {
    const words = mask.length;
    const masks = new Int32Array((company.length + 1) * words);
    fillMasks([matcher, ...company.map((each) => each.matcher)], masks);
    mask.set(masks.subarray(0, words));
    for (const [i, each] of company.entries()) {
      const again = masks.subarray((i + 1) * words, (i + 2) * words);
      if (!again.every((word, at) => word === each.mask[at])) {
        throw new Error('a mask made on threads is not the one that was made before');
      }
    }
    company.push({ matcher: matcher.fork(), mask: mask.slice() });
    if (company.length > most) company.shift()?.matcher.dispose();
  };
}
