import { expect, it } from 'vitest';
import { answerElicitation, type Question } from '../../src/mcp/elicitation.ts';
import { safeWidth } from '../../src/terminal/safe-width.ts';

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
  ['Sign in', { a: { type: 'string', title: 'pass\u200bword' } }],
  ['Your pass\u00adword', { a: { type: 'string' } }],
  ['Your pass\u202eword', { a: { type: 'string' } }],
  ['Your pass\u001b[0mword', { a: { type: 'string' } }],
  ['Your p\u0430ssw\u043erd', { a: { type: 'string' } }],
  ['Your \uff50\uff41\uff53\uff53\uff57\uff4f\uff52\uff44', { a: { type: 'string' } }],
  ['Your p a s s w o r d', { a: { type: 'string' } }],
  ['Dein Passwort', { a: { type: 'string' } }],
  ['Votre mot de passe', { a: { type: 'string' } }],
  ['Su contraseña', { a: { type: 'string' } }],
  ['Введите пароль', { a: { type: 'string' } }],
])('a server that asks for a secret is told apart: %s, %o', async (message, fields) => {
  expect(await looksSecret(message, fields)).toBe(true);
});

it.each<[string, Record<string, object>]>([
  ['Which branch?', { branch: { type: 'string' } }],
  ['How many lines?', { count: { type: 'integer', description: 'at most 500' } }],
  ['Reset the token?', { sure: { type: 'boolean' } }],
  ['Wie ist der Name des Zweigs?', { a: { type: 'string' } }],
  ['Как зовут ветку?', { a: { type: 'string' } }],
  ['Your name and pinboard', { name: { type: 'string' }, board: { type: 'string' } }],
])('a server that asks for something else is not: %s, %o', async (message, fields) => {
  expect(await looksSecret(message, fields)).toBe(false);
});

it.each<[what: string, choices: object]>([
  ['titles', { oneOf: [{ const: 'a', title: `A ${'\u0915\u094d'.repeat(800)}` }] }],
  ['values', { enum: [`a${'\u0301'.repeat(800)}`] }],
  ['names', { enum: ['a'], enumNames: ['\u{1f468}\u200d'.repeat(400)] }],
])('%s of choices in letters that join take no more than a row', async (_, choices) => {
  const { fields } = await readQuestion('Which?', { a: { type: 'string', ...choices } });
  const labels = fields.flatMap(({ value }) => (value.type === 'one-of' ? value.choices : []));
  expect(labels).toHaveLength(1);
  for (const { label } of labels) expect(safeWidth(label)).toBeLessThan(80);
});

it.each(['main', 'x'.repeat(300), 'नमस्ते दुनिया', 'résumé', 'ไทย', '日本語'])(
  'the name of a choice is whole: %s',
  async (title) => {
    const { fields } = await readQuestion('Which?', {
      a: { type: 'string', oneOf: [{ const: 'a', title }] },
    });
    expect(JSON.stringify(fields)).toContain(JSON.stringify(title));
  },
);
