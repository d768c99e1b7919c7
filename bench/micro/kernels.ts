// The loops that have a form for each kind of vector instructions, beside plain C++.
import type { Row } from '../maskbench/tables.js';
import { runNativeTool } from './native-tool.js';

interface Timed {
  readonly loop: string;
  readonly mask: string;
  readonly simd: string;
  readonly us: number;
}

export function kernelRows(): [string, Row][] {
  const rows = new Map<string, Record<string, string>>();
  for (const { loop, mask, simd, us } of runNativeTool<readonly Timed[]>('grammask_time_kernels', []) ?? []) {
    const name = mask === '' ? loop : `${loop}, mask: ${mask}`;
    const row = rows.get(name) ?? {};
    row[simd] = us.toFixed(2);
    rows.set(name, row);
  }
  return [...rows];
}
