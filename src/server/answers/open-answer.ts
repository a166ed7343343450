import type { CopilotClient } from '../../copilot/client.ts';
import type { Answering } from '../answering.ts';
import type { Asked } from './plan-answer.ts';
import type { ReplyWriter } from './reply-writer.ts';
import type { SealMemory } from './seal-memory.ts';

/** An answer in the caller's dialect. It is read once, in pieces or whole. */
export type OpenAnswer = {
  /** What the caller gets of the stream, as it comes. Throws CliError where the answer breaks off. */
  pieces(): AsyncIterable<string | Uint8Array>;
  /** The same in one piece. */
  readWhole(): Promise<Record<string, unknown>>;
};

/** What it takes to open one. */
export type Opening = {
  asked: Asked;
  client: CopilotClient;
  answering: Answering;
  writer: ReplyWriter;
  seals: SealMemory;
};
