import { expect, it } from 'vitest';
import { answerElicitation, type Question } from '../../src/mcp/elicitation.ts';

async function readQuestion(message: string, fields: Record<string, object>): Promise<Question> {
  let asked: Question | undefined;
  const requestedSchema = { type: 'object', properties: fields };
  await answerElicitation(
    'a',
    { method: 'elicitation/create', params: { message, requestedSchema } } as never,
    (question) => {
      asked = question;
      return Promise.resolve({ action: 'decline' });
    },
    new AbortController().signal,
  );
  if (!asked) throw new Error('nothing was asked');
  return asked;
}

const looksSecret = async (message: string, fields: Record<string, object>): Promise<boolean> =>
  (await readQuestion(message, fields)).fields.some((field) => field.looksSecret);

it.each<[string, Record<string, object>]>([
  ['Sign in', { password: { type: 'string' } }],
  ['Sign in', { value: { type: 'string', title: 'Your API key' } }],
  ['Sign in', { value: { type: 'string', description: 'your GitHub t0ken (ghp_…) or passcode' } }],
  ['Enter your one-time code', { value: { type: 'string' } }],
  ['Paste your private key', { text: { type: 'string' } }],
  ['Type the 6 digits', { otp: { type: 'integer' } }],
  ['Your seed phrase, please', { words: { type: 'string' } }],
  ['Your P4SSW0RD', { a: { type: 'string' } }],
])('a server that asks for a secret is told apart: %s, %o', async (message, fields) => {
  expect(await looksSecret(message, fields)).toBe(true);
});

it.each<[string, Record<string, object>]>([
  ['Which branch?', { branch: { type: 'string' } }],
  ['How many lines?', { count: { type: 'integer', description: 'at most 500' } }],
  ['Reset the token?', { sure: { type: 'boolean' } }],
  ['Your name and pinboard', { name: { type: 'string' }, board: { type: 'string' } }],
])('a server that asks for something else is not: %s, %o', async (message, fields) => {
  expect(await looksSecret(message, fields)).toBe(false);
});
