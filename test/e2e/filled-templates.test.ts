import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Cli, createCli, type Run } from '../helpers/cli.ts';
import { createFolder } from '../helpers/folder.ts';

async function fill(
  body: string,
  { argv = [], stdin }: { argv?: string[]; stdin?: string } = {},
): Promise<Run & Pick<Cli, 'simulator'>> {
  const cli = await createCli();
  await cli.signIn();
  const prompt = join(createFolder(), 'prompt.md');
  writeFileSync(prompt, body);
  const run = await cli.runHere(['run', prompt, ...argv], stdin === undefined ? {} : { stdin });
  return { ...run, simulator: cli.simulator };
}

describe('a prompt template that is too long with its values', () => {
  const large = 'x'.repeat(6_000_000);
  it.each<[what: string, body: string, options: { argv?: string[]; stdin?: string }, says: RegExp]>([
    [
      'stdin that it has twenty times',
      '{{stdin}}\n'.repeat(20),
      { stdin: large },
      /120 million characters .*: \{\{stdin\}\} 20 times with 120 million characters/,
    ],
    [
      'a value that it has very often',
      '{{a}}'.repeat(50_000),
      { argv: ['-p', `a=${'y'.repeat(100_000)}`] },
      /\{\{a\}\} 50,000 times with 5,000 million characters/,
    ],
    [
      'a default that it has very often',
      `---\ninputs:\n  a: ${'z'.repeat(100_000)}\n---\n${'{{a}} '.repeat(5_000)}`,
      {},
      /\{\{a\}\} 5,000 times with 500 million characters/,
    ],
    [
      'stdin in the system prompt',
      `---\nsystem: ${'"{{stdin}}'.slice(1).repeat(10)}\n---\nhi`.replace('system: {', 'system: x{'),
      { stdin: large },
      /\{\{stdin\}\} 10 times/,
    ],
    [
      'more variables than it can fill in time',
      '{{a}}'.repeat(1_000_000),
      { argv: ['-p', 'a=b'] },
      /more than 100,000 times/,
    ],
  ])('because of %s ends with 9, and with what takes the room', async (_, body, options, says) => {
    const run = await fill(body, options);
    expect(run).toMatchObject({ code: 9, stderr: expect.stringMatching(says) });
    expect(run.stderr).toContain('Nothing was sent.');
    expect(run.simulator.requests.filter(({ method }) => method === 'POST')).toEqual([]);
    expect(run.milliseconds).toBeLessThan(10_000);
  });

  it('is filled if it is not, however often a value comes', async () => {
    const run = await fill('{{a}}'.repeat(1_000), { argv: ['-p', 'a=b', '--dry-run'] });
    expect(run.code).toBe(0);
    expect(run.stdout).toContain('b'.repeat(1_000));
  });
});
