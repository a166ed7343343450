import type { Output } from '../../terminal/io.ts';
import { showHidden } from '../../terminal/show-hidden.ts';
import type { ReplApp } from '../app.ts';
import { printFailure } from '../turns/run-turn.ts';
import { type BodyLine, layOutBody } from './body.ts';

/** Shows what is too long for the chat in the person's pager, or writes it above the chat if there is none. */
export async function showWhole(app: ReplApp, title: string, body: readonly BodyLine[]): Promise<void> {
  const { theme } = app.look;
  const lines = [
    theme.paint('heading', showHidden(title)),
    ...layOutBody(body, { width: app.screenSize.columns - 1, theme }),
  ];
  try {
    const { writePaged } = await import('../../output/paged.ts');
    const write = (output: Output): Promise<void> => output.write(`${lines.join('\n')}\n`);
    await app.lendTerminal(() => writePaged(app.context, write, { leavesText: false }), {
      isInterruptible: false,
    });
  } catch (error) {
    if (!app.context.signal.aborted) printFailure(app.transcript, error);
  }
}
