import { describe, expect, it } from 'vitest';
import { findProblem } from '../../scripts/release/main-job.ts';
import { createCli } from '../helpers/cli.ts';

const answer = { answer: () => ({ text: 'It works.' }) };

describe('the main job of a release', () => {
  const steps = [
    { words: ['--version'], expected: /^\d+\.\d+\.\d+\n$/ },
    { words: ['chat', 'Hello'], expected: /^It works\.\n$/ },
  ];

  it('passes if each step prints what it should', async () => {
    const cli = await createCli(answer);
    await cli.signIn();
    expect(await findProblem(steps, (words) => cli.runHere(words).then(toEnded))).toBeUndefined();
  });

  it('names the step that fails, with the last line of its error', async () => {
    const cli = await createCli(answer);
    expect(await findProblem(steps, (words) => cli.runHere(words).then(toEnded))).toMatch(
      /^copilot-cli chat Hello: exit code 4: copilot-cli: /,
    );
  });

  it('names the step that prints something else', async () => {
    const cli = await createCli({ answer: () => ({ text: 'No.' }) });
    await cli.signIn();
    expect(await findProblem(steps, (words) => cli.runHere(words).then(toEnded))).toBe(
      'copilot-cli chat Hello: printed "No.\\n"',
    );
  });
});

type Run = Awaited<ReturnType<Awaited<ReturnType<typeof createCli>>['run']>>;
const toEnded = ({ code, stdout, stderr }: Run) => ({ code: code ?? 1, stdout, stderr });
