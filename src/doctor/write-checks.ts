import { type Output, paint, paintListed, type Style } from '../terminal/io.ts';
import type { CheckStatus } from './check.ts';
import type { CheckResult } from './run-checks.ts';

const styles: Record<CheckStatus, Style> = { ok: 'green', warn: 'yellow', fail: 'red', skip: 'dim' };

/** A narrower column of text is not worth aligning. */
const leastColumns = 20;

/**
 * Writes one result: on a terminal as an aligned line with its fix below, on a pipe with tabs between status, name, detail and fix. `names`
 * are those of all checks, for the width of the column.
 */
export async function writeCheck(
  output: Output,
  { status, name, detail, fix }: CheckResult,
  names: readonly string[],
): Promise<void> {
  if (!output.isTerminal) {
    const painted = [paintListed(output, styles[status], status), paintListed(output, 'bold', name)];
    await output.write(`${[...painted, detail, fix ?? ''].join('\t').trimEnd()}\n`);
    return;
  }
  const width = Math.max(...names.map(({ length }) => length));
  const indent = ' '.repeat(width + 8);
  const columns = output.columns - indent.length;
  const { wrapText } = await import('../terminal/wrap-text.ts');
  const wrap = (text: string): string[] =>
    columns < leastColumns ? [text] : wrapText(text, columns).map((line) => line.trim());
  const [first = '', ...others] = wrap(detail);
  const head = `${paint(output, styles[status], status.padEnd(4))}  ${paint(output, 'bold', name.padEnd(width))}  `;
  const fixes = fix === null ? [] : wrap(`To fix: ${fix}`);
  const below = [...others, ...fixes].map((line) => `${indent}${line}\n`).join('');
  await output.write(`${head}${status === 'skip' ? paint(output, 'dim', first) : first}\n${below}`);
}

/** `24 checks: 1 failed, 2 warnings, 3 skipped`. */
export function describeCounts(results: readonly CheckResult[]): string {
  const count = (status: CheckStatus): number => results.filter((result) => result.status === status).length;
  const [failed, warnings, skipped] = [count('fail'), count('warn'), count('skip')];
  const parts = [
    ...(failed === 0 ? [] : [`${failed} failed`]),
    ...(warnings === 0 ? [] : [`${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`]),
    ...(failed + warnings === 0 ? ['nothing to fix'] : []),
    ...(skipped === 0 ? [] : [`${skipped} skipped`]),
  ];
  return `${results.length} checks: ${parts.join(', ')}`;
}
