import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type Bundle, newNode, readInstalled, toNewNodePath } from './install.ts';
import type { Section } from './report.ts';
import { runProgram } from './run-program.ts';
import { createHomeEnv } from './world.ts';

/** The newest SDKs, which want a newer Node than ours. */
export const sdks: Bundle = {
  name: 'sdks',
  packages: {
    openai: '7.59.0',
    '@anthropic-ai/sdk': '1.14.0',
    ai: '7.0.173',
    '@ai-sdk/openai': '4.0.118',
    '@ai-sdk/anthropic': '4.0.105',
    '@ai-sdk/openai-compatible': '3.0.92',
  },
  megabytes: 100,
};

type TestReport = {
  testResults: { name: string; assertionResults: { fullName: string; status: string }[] }[];
};

const limitMs = 5 * 60_000;

/** Runs the tests of test/server/sdk with them on the newer Node. Throws Error if the tests do not run. */
export async function judgeSdks(): Promise<{ section: Section; failed: string[] }> {
  const { folder, versions } = readInstalled(sdks);
  const home = mkdtempSync(join(tmpdir(), 'copilot-cli-sdks-'));
  const report = join(home, 'report.json');
  try {
    const vitest = join(process.cwd(), 'node_modules', 'vitest', 'vitest.mjs');
    const argv = [
      'run',
      '--config',
      'test/agents/sdks.vitest.config.ts',
      '--reporter=json',
      `--outputFile=${report}`,
    ];
    const run = await runProgram(['node', vitest, ...argv], {
      cwd: process.cwd(),
      env: {
        ...createHomeEnv(home),
        PATH: toNewNodePath(),
        SDK_FOLDER: folder,
        SDK_PACKAGES: Object.keys(sdks.packages).join(' '),
      },
      limitMs,
    });
    if (run.timedOut) throw new Error('the tests of the SDKs did not end');
    const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as TestReport;
    const failed = testResults.flatMap(({ assertionResults }) =>
      assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName.trim()),
    );
    const rows = testResults.map(({ name, assertionResults }) => {
      const hasFailed =
        assertionResults.length === 0 || assertionResults.some(({ status }) => status === 'failed');
      return {
        title: basename(name, '.test.ts'),
        marks: [hasFailed ? ('failed' as const) : ('passed' as const)],
      };
    });
    rows.sort((a, b) => a.title.localeCompare(b.title, 'en'));
    const node = readInstalled(newNode).versions;
    return {
      section: {
        title: 'SDKs',
        versions: { ...versions, ...node },
        columns: ['every dialect'],
        rows,
        notes: failed,
      },
      failed: testResults.length === 0 ? ['no test ran'] : failed,
    };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
