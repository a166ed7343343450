import { chatCompletions } from '../../src/dialects/chat-completions/dialect.ts';
import type { Dialect } from '../../src/dialects/dialect.ts';
import { messages } from '../../src/dialects/messages/dialect.ts';
import { responses } from '../../src/dialects/responses/dialect.ts';
import { fixtures } from './chat-completions/fixtures.ts';
import { streams, toBytes } from './messages/streams.ts';
import { type Corpus, createCorpus } from './random-streams.ts';
import { fullStream, incomplete, toMessage, toBytes as toResponsesBytes } from './responses/streams.ts';

const decoder = new TextDecoder();
const failure = { type: 'response.failed', response: { error: { code: 'c', message: 'm' } } };
const toText = (frames: readonly unknown[]) => decoder.decode(toResponsesBytes(frames.map(toMessage)));

export type Wire = { dialect: Dialect; corpus: Corpus };

/** Each dialect, and what its decoder is fed in the tests of broken streams. */
export const wires: Wire[] = [
  { dialect: chatCompletions, corpus: createCorpus(fixtures.map(({ text }) => text)) },
  {
    dialect: messages,
    corpus: createCorpus(Object.values(streams).map((stream) => decoder.decode(toBytes(stream)))),
  },
  {
    dialect: responses,
    corpus: createCorpus([
      toText(fullStream),
      toText([...fullStream.slice(0, 8), incomplete('max_output_tokens')]),
      toText([failure]),
    ]),
  },
];
