import { existsSync } from 'node:fs';
import { toKeymapPath } from '../config/paths.ts';
import type { Context } from '../context.ts';
import type { KeymapFacts } from '../doctor/checks/terminal.ts';
import { checks } from '../doctor/checks.ts';
import { createFacts } from '../doctor/facts.ts';
import { type CheckResult, runChecks } from '../doctor/run-checks.ts';
import { checkBundlePath, writeBundle } from '../doctor/write-bundle.ts';
import { describeCounts, writeCheck } from '../doctor/write-checks.ts';
import { CliError, describeError } from '../errors.ts';
import { writeJson } from '../output/json.ts';
import type { DoctorOptions } from './doctor.ts';

/** Succeeds only if a prompt would be answered now; otherwise throws the first failure's code. Asks no model. */
export async function runDoctor(context: Context, { json, release, bundle }: DoctorOptions): Promise<void> {
  const { stdout, stderr } = context.io;
  if (bundle !== undefined) checkBundlePath(bundle, context.cwd);
  const names = checks.map(({ name }) => name);
  const results: CheckResult[] = [];
  const waiting = (): string => `Checking ${names[results.length] ?? ''}`;
  const wait = context.beginWait(waiting, { stays: true });
  try {
    const facts = createFacts(context, {
      asksRelease: release,
      findKeymap: () => findKeymap(context),
    });
    for await (const result of runChecks(checks, facts, context.signal)) {
      results.push(result);
      if (!json && bundle === undefined) await writeCheck(stdout, result, names);
    }
  } finally {
    wait.end();
  }
  if (bundle !== undefined) {
    try {
      writeBundle(context, bundle, results);
    } finally {
      // Only now: a reader that has gone would have ended the command before the file was written.
      if (!json) for (const result of results) await writeCheck(stdout, result, names);
    }
    await stderr.write(`Wrote ${bundle}. Read it before you send it to anybody.\n`);
  }
  const shown = { ok: true, checks: results.map(({ code: _, report: __, ...result }) => result) };
  const failed = results.filter(({ status }) => status === 'fail');
  // A sign-in needs all the rest.
  const first = failed.find(({ code }) => code !== 'auth_required') ?? failed[0];
  if (first) {
    const more = failed.flatMap((one) => (one === first ? [] : one.name));
    const others = more.length === 0 ? '' : ` (and of ${more.join(', ')})`;
    throw new CliError(
      first.code ?? 'internal',
      `the check of ${first.name}${others} failed: ${first.detail}`,
      {
        hint: first.fix === null ? undefined : `To fix: ${first.fix}`,
        data: { ...shown, ok: false },
      },
    );
  }
  if (json) await writeJson(stdout, shown);
  else if (stdout.isTerminal) await stdout.write(`\n${describeCounts(results)}\n`);
}

/** The file of keys is read as the chat reads it. */
async function findKeymap({ settings }: Context): Promise<KeymapFacts | undefined> {
  const path = toKeymapPath(settings.path);
  if (!existsSync(path)) return undefined;
  const { readKeymap } = await import('../repl/composer/keymap-file.ts');
  try {
    readKeymap(path);
    return { path };
  } catch (error) {
    return { path, problem: describeError(error) };
  }
}
