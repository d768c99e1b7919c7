import ora from 'ora';
import type { RepairProgress } from '../repair/repair-options.js';

/** How far a repair is, in one line of the terminal on standard error; nothing elsewhere. */
export interface ProgressLine {
  show(progress: RepairProgress): void;
  /** Something else is printed, and the line is out of the way. */
  aside(printing: () => void): void;
  end(): void;
}

export function progressLine(isWanted: boolean): ProgressLine {
  // A terminal that says it is 0 columns wide would keep the spinner clearing lines for ever.
  const hasRoom = process.stderr.isTTY && process.stderr.columns > 0;
  const spinner = ora({ isSilent: !hasRoom || !isWanted, text: 'Opening the project' });
  spinner.start();
  return {
    show(progress) {
      spinner.text = progressText(progress);
    },
    aside(printing) {
      spinner.stop();
      printing();
      spinner.start();
    },
    end: () => void spinner.stop(),
  };
}

const stages = {
  open: 'Opening the project',
  ranked: 'Trying small changes',
  sampled: 'The model writes patches',
} as const;

/** The line itself. */
export function progressText({ stage, hole, holes, counts }: RepairProgress): string {
  const place = holes > 1 ? ` (place ${hole} of ${holes})` : '';
  const list = Object.entries(counts).map(([status, count]) => `${count} ${status}`);
  return stages[stage] + place + (list.length === 0 ? '' : `: ${list.join(', ')}`);
}
