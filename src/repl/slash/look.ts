import { stripVTControlCharacters as strip } from 'node:util';
import {
  checkStatusLine,
  noStatusFields,
  parseStatusLine,
  type StatusField,
  statusFields,
  type ThemeChoice,
  themeChoices,
} from '../../config/setting-choices.ts';
import { CliError } from '../../errors.ts';
import { suggest } from '../../nearest.ts';
import type { ReplApp } from '../app.ts';
import { createDraft } from '../composer/draft.ts';
import type { PickItem } from '../dialogs/dialog.ts';
import { separator, toMark } from '../gutter.ts';
import { createLook } from '../look.ts';
import { formatStatusLine } from '../status-line.ts';
import { drawEdge } from '../view/edge.ts';
import { describeKeys } from '../view/key-hints.ts';
import type { SlashCommand } from './slash-command.ts';

const vimCommand: SlashCommand = {
  name: 'vim',
  label: 'switch vi mode',
  aliases: ['vi'],
  parameters: '[on|off]',
  isOneWord: true,
  description: 'switch vi mode, now and for later chats',
  group: 'program',
  isForDrawn: true,
  details: [
    'Esc leaves insert mode. In normal mode, Esc stops an answer and Enter sends. A / begins a command in insert mode and on an empty prompt; elsewhere it searches the earlier prompts.',
  ],
  shell: 'copilot-cli config set editor-mode vi',
  isQuick: true,
  complete: async () => ['on', 'off'].map((text) => ({ text, description: '' })),
  run: switchVim,
};

export const lookCommands: readonly SlashCommand[] = [
  {
    name: 'theme',
    label: 'choose the colours',
    isChoice: true,
    parameters: '[theme]',
    isOneWord: true,
    description: 'set the colours of the chat, now and for later chats; without a name, choose from a list',
    group: 'program',
    isForDrawn: true,
    details: [`[theme] is one of ${themeChoices.join(', ')}.`],
    shell: 'copilot-cli config set theme THEME',
    isQuick: true,
    complete: async () => themeChoices.map((text) => ({ text, description: themeDescriptions[text] })),
    run: chooseTheme,
  },
  {
    name: 'status-line',
    label: 'choose the status line',
    aliases: ['footer'],
    parameters: '[fields]',
    description: `choose what is shown above the prompt: ${noStatusFields}, or any of ${statusFields.join(', ')}, joined by commas`,
    group: 'program',
    isForDrawn: true,
    details: ['[fields] are separated by commas. Without any, switch them in a list.'],
    shell: 'copilot-cli config set status-line FIELDS',
    isQuick: true,
    run: chooseStatusLine,
  },
  vimCommand,
];

/** What these commands set is a setting. */
const laterToo = 'for later chats, too';

async function switchVim(app: ReplApp, word: string): Promise<void> {
  const { context, setEditorMode, transcript } = app;
  if (!setEditorMode)
    throw new CliError('usage', 'vi mode does not work in plain lines', {
      hint: 'The terminal reads the keys there.',
    });
  if (!['', 'on', 'off'].includes(word.toLowerCase()))
    throw new CliError('usage', `/vim takes on or off, not ${word}`);
  const isOn = context.settings.get('editor-mode').value === 'vi';
  const mode = word === '' ? (isOn ? 'emacs' : 'vi') : word.toLowerCase() === 'on' ? 'vi' : 'emacs';
  await setEditorMode(mode);
  await context.settings.set('editor-mode', mode);
  transcript.notice(
    mode === 'vi'
      ? `Vi mode is on, ${laterToo}: Esc leaves insert mode. /vim switches it off.`
      : `Vi mode is off, ${laterToo}.`,
  );
}

const themeDescriptions: Record<ThemeChoice, string> = {
  auto: "the theme that fits the terminal's background",
  dark: 'for a dark background',
  light: 'for a light background',
  'dark-high-contrast': 'for a dark background, with more contrast',
  'light-high-contrast': 'for a light background, with more contrast',
  ansi: "the terminal's own sixteen colours",
  none: 'no colours',
};

const fieldDescriptions: Record<StatusField, string> = {
  model: 'the model and its effort',
  context: "how full the model's window is",
  tokens: 'tokens of the last answer',
  cost: 'the cost of this chat, as in /usage',
  speed: 'speed of the last answer',
  quota: 'quota that is left',
};

async function chooseTheme(app: ReplApp, name: string): Promise<void> {
  const choice = name === '' ? await pickTheme(app) : parseTheme(name);
  if (choice === undefined) return app.transcript.notice(`The theme is still ${app.look.themeChoice}.`);
  app.setLook({ themeChoice: choice });
  await app.context.settings.set('theme', choice);
  const { level, theme } = app.look;
  const sentence =
    level === 'none' || level === 'styles'
      ? `The theme ${choice} is saved. Colours are switched off here.`
      : `The theme is ${choice}, ${laterToo}${theme.name === choice ? '' : `; it is ${theme.name} here`}.`;
  app.transcript.notice(sentence);
}

function parseTheme(name: string): ThemeChoice {
  const choice = themeChoices.find((candidate) => candidate === name.toLowerCase());
  if (choice !== undefined) return choice;
  throw new CliError('usage', `there is no theme ${name}${suggest(name, themeChoices)}`, {
    hint: '/theme shows them.',
  });
}

const sampleText =
  '## A heading\nWords, **strong** ones, `code` and a [link](https://example.com).\n```ts\n// A comment\nconst answer: number = 42;\n```\n';

async function pickTheme(app: ReplApp): Promise<ThemeChoice | undefined> {
  const { createMarkdownStream } = await import('../../markdown/markdown-stream.ts');
  const { look, screenSize, dialogs } = app;
  const items = themeChoices.map((choice) => {
    const { theme } = createLook({ ...look, themeChoice: choice });
    const markdown = createMarkdownStream({ theme, links: false, columns: screenSize.columns - 1 });
    const prompt = toMark('prompt', { theme }) + theme.paint('prompt', 'A prompt');
    const sample = [prompt, ...markdown.push(sampleText), ...markdown.end()];
    const isCurrent = choice === look.themeChoice;
    return { text: choice, description: themeDescriptions[choice], isCurrent, sample, choice };
  });
  const current = themeChoices.indexOf(look.themeChoice);
  return (await dialogs.pick('Which theme?', items, current))?.choice;
}

async function chooseStatusLine(app: ReplApp, words: string): Promise<void> {
  if (words === '') return switchFields(app, { selected: 0, isChanged: false });
  const problem = checkStatusLine(words);
  if (problem !== undefined) throw new CliError('usage', `the status line ${problem}`);
  await keepFields(app, parseStatusLine(words));
  tellFields(app, { isChanged: true });
}

/** In cells: each field has room. */
const wide = 120;

/** A list in which Enter switches a field on or off, until the person leaves. */
async function switchFields(
  app: ReplApp,
  { selected, isChanged }: { selected: number; isChanged: boolean },
): Promise<void> {
  const { look, state, screenSize, dialogs } = app;
  // As it stands above an empty prompt: what has no room there is not shown here, either.
  const keys = describeKeys({ ...state, dialog: undefined, work: undefined, draft: createDraft() }, 0);
  const { facts } = state;
  const sample = drawEdge({ facts, hints: keys, look, columns: screenSize.columns });
  const items = statusFields.map((field): PickItem & { switched: StatusField[] } => {
    const isShown = look.statusFields.includes(field);
    const switched = statusFields.filter((one) => look.statusFields.includes(one) !== (one === field));
    const [alone = ''] = formatStatusLine(facts, { ...look, fields: [field], columns: wide }).split(
      separator,
    );
    const reason = alone === '' ? 'nothing to show yet: ' : 'no room: ';
    const isSeen = alone !== '' && strip(sample.join()).includes(strip(alone));
    return {
      text: `${isShown ? '[x]' : '[ ]'} ${field}`,
      description: (isShown && !isSeen ? reason : '') + fieldDescriptions[field],
      switched,
      sample,
    };
  });
  const answer = await dialogs.pickAct('What to show above the prompt?', items, {
    selected,
    enter: 'switches',
  });
  if (!answer) return tellFields(app, { isChanged });
  await keepFields(app, answer.item.switched);
  await switchFields(app, { selected: items.indexOf(answer.item), isChanged: true });
}

function tellFields({ look, transcript }: ReplApp, { isChanged }: { isChanged: boolean }): void {
  const { statusFields } = look;
  const now =
    statusFields.length === 0
      ? 'The status line is off'
      : `The status line shows: ${statusFields.join(', ')}`;
  transcript.notice(isChanged ? `${now}; ${laterToo}.` : `${now}.`);
}

async function keepFields({ context, setLook }: ReplApp, fields: StatusField[]): Promise<void> {
  setLook({ statusFields: fields });
  await context.settings.set('status-line', fields.length === 0 ? noStatusFields : fields.join(','));
}
