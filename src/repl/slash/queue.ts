import { describeCount } from '../../describe-count.ts';
import { CliError } from '../../errors.ts';
import { toOneLine } from '../../terminal-text.ts';
import type { ReplApp } from '../app.ts';
import type { PickAct } from '../dialogs/dialog.ts';
import type { SentPrompt } from '../turns/attachment.ts';
import type { SlashCommand } from './slash-command.ts';

export const queueCommand: SlashCommand = {
  name: 'queue',
  label: 'queued prompts',
  parameters: '[drop|up|down] [number]',
  description: 'show the queued prompts; edit, drop or move them before they are sent',
  group: 'conversation',
  details: [
    'Nothing is sent while the list is open.',
    '[drop|up|down] does the same without the list; [number] counts from the one that is sent next, which is 1.',
  ],
  keyDetails: [
    'In the list Enter edits a prompt, Delete or Ctrl+X drops it, Shift or Alt with Up or Down moves it.',
  ],
  isQuick: true,
  complete: async () => ['drop', 'up', 'down'].map((text) => ({ text, description: '' })),
  run: arrangeQueue,
};

const acts: readonly PickAct[] = [
  { name: 'drop', keys: ['delete', 'ctrl+x'], label: 'Delete drops' },
  { name: 'up', keys: ['shift+up', 'alt+up'], label: 'Shift+Up/Down moves' },
  { name: 'down', keys: ['shift+down', 'alt+down'] },
];

async function arrangeQueue(app: ReplApp, words: string): Promise<void> {
  if (words !== '') return actByName(app, words);
  if (app.state.queue.length === 0)
    return app.transcript.notice(
      'The queue is empty. A prompt that you send during an answer is queued here.',
    );
  await app.waiting.arrange(() => showQueue(app));
}

async function showQueue(app: ReplApp): Promise<void> {
  let selected = 0;
  for (;;) {
    const { queue } = app.state;
    if (queue.length === 0) return;
    const items = queue.map((prompt, index) => ({ ...describePrompt(prompt, index), prompt }));
    const answer = await app.dialogs.pickAct('Queued prompts, next one first', items, {
      acts,
      enter: 'edits',
      selected,
    });
    if (!answer) return app.transcript.notice(`${describeCount(queue.length, 'prompt')} queued.`);
    const { item, act } = answer;
    if (act === undefined) return app.waiting.takeBack(item.prompt);
    selected = actOn(app, item.prompt, act);
  }
}

/** Drops or moves a prompt. Returns the place that is selected then. */
function actOn({ state, waiting, transcript }: ReplApp, prompt: SentPrompt, act: string): number {
  const place = state.queue.indexOf(prompt);
  const last = state.queue.length - 1;
  if (act === 'drop') {
    waiting.drop(prompt);
    transcript.notice(`Not sent: ${toWords(prompt)}`);
    return Math.min(place, last - 1);
  }
  const by = act === 'up' ? -1 : 1;
  waiting.move(prompt, by);
  return Math.min(Math.max(0, place + by), last);
}

function actByName(app: ReplApp, words: string): void {
  const [, act = '', number = '1'] = /^(drop|up|down)(?:\s+(\d+))?$/.exec(words) ?? [];
  const prompt = app.state.queue[Number(number) - 1];
  if (act === '')
    throw new CliError('usage', `there is no /queue ${toOneLine(words)}`, {
      hint: 'Type /queue, or /queue drop 1, up 1 or down 1.',
    });
  if (!prompt) throw new CliError('usage', `there is no queued prompt ${number}`);
  actOn(app, prompt, act);
  if (act !== 'drop') app.transcript.notice(`The next ones: ${app.state.queue.map(toWords).join(' · ')}`);
}

const wordsLength = 60;

function toWords({ text }: SentPrompt): string {
  return toOneLine(text.slice(0, wordsLength));
}

function describePrompt(prompt: SentPrompt, index: number): { text: string; description: string } {
  const { along = [] } = prompt;
  return {
    text: toWords(prompt),
    description: [index === 0 && 'next', along.length > 0 && describeCount(along.length, 'attachment')]
      .filter(Boolean)
      .join(' · '),
  };
}
