// Runs the differential suite against the addon that GRAMMASK_NATIVE_PATH names, until the first difference, and prints
// how many there were. Arguments: how many configurations at most.
import { runDifferential } from './run.js';
import { smallTestVocabulary } from './test-vocabulary.js';

const coverage = runDifferential({
  vocabulary: smallTestVocabulary(),
  configurations: Number(process.argv[2]),
  perLanguage: 30,
  firstSeed: 1,
  most: 1,
  shrink: false,
});
console.log(JSON.stringify({ configurations: coverage.configurations, differences: coverage.differences }));
