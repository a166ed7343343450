import type { FinishReason } from '../dialects/chat-event.ts';
import { CliError } from '../errors.ts';

/** Throws CliError `content_filter` where the service cut the reply. */
export function checkFinish(reason: FinishReason): void {
  if (reason === 'content-filter') {
    throw new CliError(
      'content_filter',
      'the service stopped the answer: its content filter did not let the rest through',
      {
        hint: 'Word the prompt differently.',
      },
    );
  }
}
