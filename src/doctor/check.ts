import { CliError, describeError, type ErrorCode } from '../errors.ts';
import { type Hint, joinHints } from '../hint.ts';

/** `fail`: a prompt would not be answered now. `warn`: something is off. `skip`: there is nothing to check, or a check before it failed. */
export type CheckStatus = 'ok' | 'warn' | 'fail' | 'skip';

/** What a check found: a phrase for people, and what to type against it. */
export type Finding = {
  status: CheckStatus;
  detail: string;
  fix?: Hint | undefined;
  /** Of the failure, for the exit code. */
  code?: ErrorCode;
  /** In place of the detail and the fix in a report for others: without names of accounts, and without what other programs printed. */
  report?: string;
};

/** What came of finding out a fact. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; error: CliError };

export const ok = (detail: string): Finding => ({ status: 'ok', detail });
export const skip = (detail: string): Finding => ({ status: 'skip', detail });
export const warn = (detail: string, fix?: Hint): Finding => ({ status: 'warn', detail, fix });

/** Nothing could be found out, because of what another check reports. */
export const after = (check: string): Finding => skip(`not checked: see ${check}`);

/** The words of an error as a finding. */
export function toFinding(error: CliError, status: 'fail' | 'warn' = 'fail'): Finding {
  return { status, detail: error.message, fix: error.hint, code: error.code };
}

/** The outcome of work that may throw. What is not a CliError is a mistake of ours, and has the words for one. */
export async function settle<T>(work: () => T | Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, error: error instanceof CliError ? error : toCliError(error) };
  }
}

function toCliError(cause: unknown): CliError {
  const { code, message, hint } = describeError(cause);
  return new CliError(code, message, { cause, hint });
}

/** Several problems as one finding, the first failure's code with it. Undefined if there are none. */
export function joinFindings(findings: readonly Finding[]): Finding | undefined {
  const [first, ...others] = findings;
  if (first === undefined) return undefined;
  return others.reduce(
    (joined, finding) => ({
      status: joined.status === 'fail' || finding.status === 'fail' ? 'fail' : joined.status,
      detail: `${joined.detail}; ${finding.detail}`,
      fix: finding.fix === undefined ? joined.fix : joinHints(joined.fix, finding.fix),
      ...((joined.code ?? finding.code) && { code: joined.code ?? finding.code }),
    }),
    first,
  );
}
