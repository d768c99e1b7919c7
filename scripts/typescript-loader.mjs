// Lets Node run the TypeScript of the tests as it is, in threads too: `node --import ./scripts/typescript-loader.mjs FILE.ts`.
// What it has compiled is kept in .build/javascript.
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
