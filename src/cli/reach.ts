import type { Command } from 'commander';
import { addAuditCommand } from './reach-audit.js';
import { addCurveCommand } from './reach-curve.js';
import { addReportCommands } from './reach-report.js';
import { addSearchCommands } from './reach-search.js';
import { addSweepCommands } from './reach-sweep.js';

/** `grammask reach` */
export function addReachCommand(program: Command): void {
  const reach = program
    .command('reach')
    .description(
      'what a text in a prompt can make the model answer: read in full, or searched, and which of the two',
    )
    .addHelpText(
      'after',
      `
Exit codes of all: 0 holds, 1 does not, 2 wrong use, 3 inconclusive, 130 interrupted; audit: 100 the policy is violated.

Example:
  $ grammask reach audit desk.yaml -o report.html`,
    );
  addAuditCommand(reach);
  addSweepCommands(reach);
  addSearchCommands(reach);
  addCurveCommand(reach);
  addReportCommands(reach);
}
