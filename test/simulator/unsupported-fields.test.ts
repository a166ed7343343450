import { expect, test } from 'vitest';
import type { UnsupportedWords } from './copilot/unsupported-fields.ts';
import { callCopilot, createChat, openSimulator } from './test-client.ts';

type Row = [words: UnsupportedWords, path: string, text: RegExp];

const rows: Row[] = [
  ['parameter', 'seed', /Unsupported parameter: 'seed' is not supported with this model\."/],
  ['value', 'seed', /Unsupported value: 'seed' does not support 7 with this model\. Only the default/],
  ['named-value', 'seed', /Unsupported value: '7' is not supported with the 'gpt-4.1' model.*"param":"seed"/],
  ['unknown', 'seed', /Unknown parameter: 'seed'\."/],
  ['extra', 'seed', /"message":"seed: Extra inputs are not permitted"/],
  ['parameter', 'response_format.type', /Unsupported parameter: 'response_format.type'/],
  ['extra', 'messages.content', /messages.content: Extra inputs/],
];

test.each(rows)('a test has a model refuse a field as %s: %s', async (words, path, text) => {
  const simulator = await openSimulator({ unsupportedFields: { 'gpt-4.1': { [path]: words } } });
  const body = createChat('gpt-4.1', { seed: 7, response_format: { type: 'text' } });
  const response = await callCopilot(simulator, '/chat/completions', { body });
  expect([response.status, await response.text()]).toEqual([400, expect.stringMatching(text)]);
});

test('a field that the body does not say, and another model, are not refused', async () => {
  const unsupportedFields = {
    'gpt-4.1': { user: 'parameter' as const },
    'gpt-4o': { seed: 'value' as const },
  };
  const simulator = await openSimulator({ unsupportedFields });
  const body = createChat('gpt-4.1', { seed: 7 });
  expect((await callCopilot(simulator, '/chat/completions', { body })).status).toBe(200);
});
