import type { ErrorCode } from '../errors.ts';
import { type Hint, shellWords, wordHint } from '../hint.ts';
import { maskSecrets } from '../redact.ts';
import { toOneLine } from '../terminal-text.ts';
import { type CheckStatus, type Finding, settle, toFinding } from './check.ts';

export type Check<Facts> = {
  name: string;
  /** How long it may take, in milliseconds. */
  deadlineMs: number;
  /** What it means if that was too short: whether a prompt needs the answer. */
  lateness: 'fail' | 'warn';
  find(facts: Facts): Finding | Promise<Finding>;
};

/** A finding as `doctor --json` prints it, and the code of the failure. */
export type CheckResult = {
  name: string;
  status: CheckStatus;
  detail: string;
  fix: string | null;
  code: ErrorCode | undefined;
  /** In place of detail and fix where others read it; `--json` does not print it. */
  report: string | undefined;
};

/** Runs all checks side by side. Yields the results in the order of the checks, each as soon as it and those before it are there. */
export async function* runChecks<Facts>(
  checks: readonly Check<Facts>[],
  facts: Facts,
  signal: AbortSignal,
): AsyncGenerator<CheckResult> {
  const results = checks.map((check) => runCheck(check, facts));
  for (const result of results) {
    yield await result;
    signal.throwIfAborted();
  }
}

async function runCheck<Facts>(check: Check<Facts>, facts: Facts): Promise<CheckResult> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Finding>((resolve) => {
    timer = setTimeout(() => resolve(describeLate(check)), check.deadlineMs);
  });
  // A check that throws has met what nobody foresaw, which says nothing about the others.
  const found = settle(() => check.find(facts)).then((outcome) =>
    outcome.ok ? outcome.value : toFinding(outcome.error, check.lateness),
  );
  const finding = await Promise.race([found, late]);
  clearTimeout(timer);
  return toResult(check.name, finding);
}

function describeLate({ deadlineMs, lateness }: Check<never>): Finding {
  return {
    status: lateness,
    detail: `no result within ${deadlineMs / 1000} s`,
    fix: 'Try again. If it happens again, look at the checks before this one.',
    ...(lateness === 'fail' && { code: 'network' }),
  };
}

function toResult(name: string, { status, detail, fix, code, report }: Finding): CheckResult {
  return {
    name,
    status,
    detail: toLine(detail),
    fix: fix === undefined ? null : toLine(toWords(fix)),
    code,
    report,
  };
}

/** Only the command, if there is nothing else to do: it can be typed as it is. */
function toWords(fix: Hint): string {
  const isCommand = typeof fix === 'object' && 'do' in fix;
  return wordHint(fix, isCommand ? { ...shellWords, lead: '' } : shellWords);
}

function toLine(text: string): string {
  return maskSecrets(toOneLine(text));
}
