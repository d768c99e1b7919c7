import type { CharRange } from '../../program-format.js';

/**
 * What international host names need of the Unicode character database and JavaScript does not know: Joining_Type and
 * Bidi_Class, the latter for characters that a label may hold. Unicode 15.1.
 */

function parse(text: string): CharRange[] {
  return text
    .trim()
    .split(/\s+/)
    .map((range) => {
      const [lo, hi = lo] = range.split('-').map((digits) => Number.parseInt(digits, 16));
      return [lo as number, hi as number];
    });
}

/** Joining_Type L. */
export const LEFT_JOINING: readonly CharRange[] = parse(
  `
  a872 10acd 10ad7 10d00 10fcb 
`,
);

/** Joining_Type R. */
export const RIGHT_JOINING: readonly CharRange[] = parse(
  `
  622-625 627 629 62f-632 648 671-673 675-677 688-699 6c0 6c3-6cb 6cd 6cf 6d2-6d3 6d5 6ee-6ef 710 
  715-719 71e 728 72a 72c 72f 74d 759-75b 76b-76c 771 773-774 778-779 840 846-847 849 854 856-858 867 
  869-86a 870-882 88e 8aa-8ac 8ae 8b1-8b2 8b9 10ac5 10ac7 10ac9-10aca 10ace-10ad2 10add 10ae1 10ae4 
  10aef 10b81 10b83-10b85 10b89 10b8c 10b8e-10b8f 10b91 10ba9-10bac 10d22 10f33 10f54 10f74-10f75 
  10fb4-10fb6 10fb9-10fba 10fbd 10fc2-10fc3 10fc9 
`,
);

/** Joining_Type D. */
export const DUAL_JOINING: readonly CharRange[] = parse(
  `
  620 626 628 62a-62e 633-63f 641-647 649-64a 66e-66f 678-687 69a-6bf 6c1-6c2 6cc 6ce 6d0-6d1 6fa-6fc 
  6ff 712-714 71a-71d 71f-727 729 72b 72d-72e 74e-758 75c-76a 76d-770 772 775-777 77a-77f 7ca-7ea 
  841-845 848 84a-853 855 860 862-865 868 886 889-88d 8a0-8a9 8af-8b0 8b3-8b8 8ba-8c8 1807 1820-1878 
  1887-18a8 18aa a840-a871 10ac0-10ac4 10ad3-10ad6 10ad8-10adc 10ade-10ae0 10aeb-10aee 10b80 10b82 
  10b86-10b88 10b8a-10b8b 10b8d 10b90 10bad-10bae 10d01-10d21 10d23 10f30-10f32 10f34-10f44 
  10f51-10f53 10f70-10f73 10f76-10f81 10fb0 10fb2-10fb3 10fb8 10fbb-10fbc 10fbe-10fbf 10fc1 10fc4 
  10fca 1e900-1e943 
`,
);

/** Bidi_Class R. */
export const R_CLASS: readonly CharRange[] = parse(
  `
  5d0-5ea 5ef-5f4 7c0-7ea 7f4-7f5 800-815 81a 824 828 840-858 10800-10805 10808 1080a-10835 
  10837-10838 1083c 1083f-10855 10860-10876 10880-1089e 108e0-108f2 108f4-108f5 10900-10915 
  10920-10939 10980-109b7 109be-109bf 10a00 10a10-10a13 10a15-10a17 10a19-10a35 10a60-10a7c 
  10a80-10a9c 10ac0-10ac7 10ac9-10ae4 10b00-10b35 10b40-10b55 10b60-10b72 10b80-10b91 10c00-10c48 
  10cc0-10cf2 10e80-10ea9 10eb0-10eb1 10f00-10f1c 10f27 10f70-10f81 10fb0-10fc4 10fe0-10ff6 
  1e800-1e8c4 1e922-1e943 1e94b 1e950-1e959 
`,
);

/** Bidi_Class AL. */
export const AL_CLASS: readonly CharRange[] = parse(
  `
  620-63f 641-64a 66e-66f 671-674 679-6d3 6d5 6e5-6e6 6ee-6ef 6fa-6ff 710 712-72f 74d-7a5 7b1 860-86a 
  870-887 889-88e 8a0-8c9 fe73 10d00-10d23 10f30-10f45 
`,
);

/** Bidi_Class AN. */
export const AN_CLASS: readonly CharRange[] = parse(
  `
  660-669 10d30-10d39 
`,
);

/** Bidi_Class ON. */
export const ON_CLASS: readonly CharRange[] = parse(
  `
  b7 2b9-2ba 2c6-2cf 2ec 375 2e2f 30fb a67f a717-a71f a788 
`,
);

/** Marks of category Mn whose Bidi_Class is L and not NSM. */
export const MARKS_OF_CLASS_L: readonly CharRange[] = parse(
  `
  cbf cc6 11a07-11a08 11c3f 
`,
);
