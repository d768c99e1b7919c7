import type { StateTable } from './state-table.js';
import { statementStates } from './statement-states.js';
import { typeStates } from './type-states.js';

/** All states: `S` is where a statement begins, `E` where an expression does, `T` where a type does, `beyond` what nothing is known of. */
export const STATES: StateTable = new Map([...statementStates(), ...typeStates(), ['beyond', { moves: [] }]]);
