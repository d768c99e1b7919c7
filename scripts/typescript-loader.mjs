// Lets Node run the TypeScript of the tests as it is, in threads too: `node --import ./scripts/typescript-loader.mjs FILE.ts`.
// A file costs a second less than with tap's own plugin, which has no cache.
import { register } from 'tsx/esm/api';

register();
