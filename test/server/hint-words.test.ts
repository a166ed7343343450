import { expect, it } from 'vitest';
import { CliError } from '../../src/errors.ts';
import { advise, anotherModel, askAgain, type Hint, login, modelList, modelWith } from '../../src/hint.ts';
import { toFailure } from '../../src/server/failure.ts';
import { startTestServer } from '../helpers/api-server.ts';

it.each<[Hint, string]>([
  [login, 'Run: copilot-cli login'],
  [advise`Choose one of: ${modelList}`, 'Choose one of: GET /v1/models'],
  [advise`${askAgain}, or ask ${anotherModel}.`, 'Send the request again, or ask another model.'],
  [advise`Choose ${modelWith('vision')}.`, 'Choose another model; GET /v1/models tells those with vision.'],
])('the hint %j is worded for a caller of the server', (hint, worded) => {
  expect(toFailure(new CliError('model', 'no', { hint })).message).toBe(`no. ${worded}`);
});

it('a caller who names a model that there is not is told where the models are listed', async () => {
  const server = await startTestServer();
  const reply = await server.post('/v1/chat/completions', {
    model: 'gpt-99-turbo',
    messages: [{ role: 'user', content: 'hi' }],
  });
  const { error } = (await reply.json()) as { error: { message: string } };
  expect(error.message).toContain('See all of them: GET /v1/models.');
  expect(error.message).not.toContain('copilot-cli');
});
