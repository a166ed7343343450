import type { CopilotClient } from '../../copilot/client.ts';
import type { Answering } from '../answering.ts';
import type { Asked } from './plan-answer.ts';
import type { ReplyWriter } from './reply-writer.ts';
import type { SealMemory } from './seal-memory.ts';

/** An answer in the caller's dialect. It is read once, in pieces or whole. */
export type OpenAnswer = {
  /** The stream for the caller, as it comes. Throws CliError if the answer breaks off. */
  pieces(): AsyncIterable<string | Uint8Array>;
  /** The same in one piece. */
  readWhole(): Promise<Record<string, unknown>>;
};

/** The arguments of every opener. */
export type Opening = {
  asked: Asked;
  client: CopilotClient;
  answering: Answering;
  writer: ReplyWriter;
  seals: SealMemory;
};
