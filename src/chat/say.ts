import type { Context } from '../context.ts';
import type { ConversationFile } from '../conversation/conversation-file.ts';
import type { UserMessage } from '../dialects/chat-request.ts';
import type { Instructions } from '../instructions/load-instructions.ts';
import { checkRoom } from './check-room.ts';
import { type Enclosure, type Omission, toInstructionEnclosures } from './enclosures.ts';
import { collectInput, composeSystem, type InputOptions, loadRepositoryInstructions } from './input.ts';

export type SayOptions = InputOptions & {
  /** The system prompt, where the person gave one. */
  system: string | undefined;
  /** Whether the instruction files of the repository count. */
  instructions: boolean;
  /** What the parts of the prompt are called that nobody typed. */
  dataLabel?: string;
  /** False where the request is only shown. */
  isSent?: boolean;
  /** Follows all else that is said. */
  postscript?: string | undefined;
};

export type Said = {
  /** What the model is told with it by the files of the repository. */
  instructions: Instructions[];
  /** All that goes along, the instructions too. */
  enclosures: Enclosure[];
  omissions: Omission[];
};

/** Adds what a person says to a conversation, with all that goes along. Throws CliError `input_too_large` where the model cannot take it. */
export async function say(
  context: Context,
  file: ConversationFile,
  {
    system,
    instructions: wanted,
    postscript,
    dataLabel = 'pasted text',
    isSent = true,
    ...input
  }: SayOptions,
): Promise<Said> {
  const { parts, enclosures, omissions } = await collectInput(context, input);
  // A conversation that goes on has heard them.
  const isNew = file.conversation.head === undefined || system !== undefined;
  const paths = enclosures.flatMap(({ kind, path }) => (kind === 'file' ? path : []));
  const instructions =
    wanted && isNew
      ? await loadRepositoryInstructions(context, { files: paths, model: input.model, signal: input.signal })
      : [];
  const own = [...enclosures, ...toInstructionEnclosures(instructions)];
  if (isSent) {
    await checkRoom({
      ...input,
      dataLabel,
      enclosures: own,
      system,
      conversation: file.conversation,
      listModels: async () => (await (await context.connect()).fetchCatalogue({ fresh: false })).models,
    });
  }
  const last: UserMessage['parts'] = postscript === undefined ? [] : [{ type: 'text', text: postscript }];
  // An empty one takes the place of the one that held.
  const composed = composeSystem(instructions, system) ?? (system === '' ? '' : undefined);
  file.say([...parts, ...last], { system: composed, prompt: input.prompt });
  return { instructions, enclosures: own, omissions };
}
