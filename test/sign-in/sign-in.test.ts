import { expect, it, vi } from 'vitest';
import type { Context } from '../../src/context.ts';
import { InterruptedError } from '../../src/errors.ts';
import { Secret } from '../../src/secret.ts';
import { keepSignIn } from '../../src/sign-in/sign-in.ts';
import { createTestRepl, githubToken } from '../helpers/repl-app.ts';

it.each(['/copilot_internal/user', '/models'])(
  'a sign-in stops at once while GitHub is silent at %s, and is kept',
  async (path) => {
    const { context, simulator } = await createTestRepl({ signedIn: false });
    simulator.faults.add({ path, times: 9, noAnswer: true });
    const stopping = new AbortController();
    const own: Context = Object.create(context, { signal: { value: stopping.signal } });
    const signedIn = keepSignIn(own, context.credentials.findHost(), new Secret(githubToken));
    await vi.waitFor(() => expect(simulator.requestsTo(path)).toHaveLength(1));
    stopping.abort(new InterruptedError('SIGINT'));
    await expect(signedIn).rejects.toMatchObject({
      name: 'InterruptedError',
      hint: expect.arrayContaining(['The sign-in is kept.']),
    });
    expect(context.record.readLogin()).toBeDefined();
  },
);
