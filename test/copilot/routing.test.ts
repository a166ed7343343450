import { describe, expect, it } from 'vitest';
import { routeModel } from '../../src/copilot/ask.ts';
import { createUnlistedModel, type Model } from '../../src/copilot/model.ts';
import { createUnspokenError } from '../../src/copilot/model-choice.ts';
import { chatCompletions } from '../../src/dialects/chat-completions/dialect.ts';
import type { DialectName } from '../../src/dialects/chat-request.ts';
import { messages } from '../../src/dialects/messages/dialect.ts';
import { responses } from '../../src/dialects/responses/dialect.ts';

const dialects = [messages, responses, chatCompletions];
const chat = '/chat/completions';

const createModel = (id: string, endpoints: string[]): Model => ({
  ...createUnlistedModel(id),
  endpoints,
  endpointsAssumed: false,
});
const claude = createModel('claude-sonnet-4.6', [chat, '/v1/messages']);
const gpt = createModel('gpt-5-mini', ['ws:/responses', chat, '/responses']);
const silent = createModel('new-model', ['ws:/responses', '/v2/answers']);

type Wishes = { remembered?: string; preferred?: DialectName };
const route = (model: Model, wishes?: Wishes): string[] =>
  routeModel(model, dialects, wishes).map(({ path }) => path);

describe('a model is asked', () => {
  it.each<[how: string, model: Model, wishes: Wishes | undefined, paths: string[]]>([
    [
      'in the dialect that carries most, whatever the catalogue names first',
      claude,
      undefined,
      ['/v1/messages', chat],
    ],
    ['in what is left after it', gpt, undefined, ['/responses', chat]],
    [
      'on its only endpoint',
      createModel('gpt-5.3-codex', ['/responses', 'ws:/responses']),
      undefined,
      ['/responses'],
    ],
    [
      'as a chat where the catalogue names no endpoint, and elsewhere where that is refused',
      createUnlistedModel('gpt-4o'),
      { preferred: 'responses' },
      [chat, '/responses', '/v1/messages'],
    ],
    ['in the dialect of the caller', claude, { preferred: 'chat-completions' }, [chat, '/v1/messages']],
    ['in another where it lacks that of the caller', gpt, { preferred: 'messages' }, ['/responses', chat]],
    ['where it was found to answer', claude, { remembered: chat }, [chat, '/v1/messages']],
    [
      'there before the dialect of the caller',
      gpt,
      { remembered: chat, preferred: 'responses' },
      [chat, '/responses'],
    ],
    [
      'as if nothing was known where it no longer answers',
      claude,
      { remembered: '/responses' },
      ['/v1/messages', chat],
    ],
  ])('%s', (_, model, wishes, paths) => {
    expect(route(model, wishes)).toEqual(paths);
  });
});

it('a model that answers nowhere that we speak is an error that says where', () => {
  expect(() => route(silent)).toThrow(createUnspokenError(silent));
  expect(createUnspokenError(silent)).toMatchObject({
    code: 'model',
    message: 'new-model answers on ws:/responses and /v2/answers only, which this version cannot talk to',
  });
});

it('the list of dialects stays as it was', () => {
  route(gpt, { remembered: chat });
  expect(dialects).toEqual([messages, responses, chatCompletions]);
});
