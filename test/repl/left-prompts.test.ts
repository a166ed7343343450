import { expect, it } from 'vitest';
import { toTyped } from '../../src/prompt-text.ts';
import { insert } from '../../src/repl/composer/edit-draft.ts';
import { readDraft } from '../../src/repl/composer/pastes.ts';
import { sayGoodbye } from '../../src/repl/greeting.ts';
import { toKey } from '../../src/repl/keys/key.ts';
import { createFolder } from '../helpers/folder.ts';
import { createTestRepl, type TestRepl } from '../helpers/repl-app.ts';

const startIn = (dataHome: string): Promise<TestRepl> =>
  createTestRepl({
    files: { 'notes.txt': 'The text of notes.' },
    templates: { ask: '---\ninputs:\n  a: {}\n  b: {}\n---\n{{a}} {{b}}\n' },
    env: { XDG_DATA_HOME: dataHome },
  });

const type = ({ app }: TestRepl, text: string): void =>
  app.dispatch({ type: 'draft', draft: insert(app.state.draft, text) });

function openList({ app }: TestRepl, text: string): void {
  void app.dialogs.pick('Which?', [{ text: 'one', description: '' }]);
  app.dialogs.takeKey({ type: 'text', text });
}

/** Words that a list has nothing for come back when it is left. */
function typeIntoList(chat: TestRepl, text: string): void {
  openList(chat, text);
  chat.app.dialogs.takeKey(toKey('escape'));
}

function search({ core }: TestRepl, text: string): void {
  core.history.startSearch();
  core.history.takeKey({ type: 'text', text });
}

function queue({ app, core }: TestRepl, text: string): void {
  const waiting = core.history.wait(app.session.bindAttachments(toTyped(text)));
  app.dispatch({ type: 'queued', prompt: waiting });
}

async function refuse(chat: TestRepl, text: string): Promise<void> {
  for (const path of ['/chat/completions', '/responses', '/v1/messages'])
    chat.simulator.faults.add({ path, status: 400 });
  // Else the prompts that wait would be sent before it.
  chat.app.dispatch({ type: 'held', isHeld: false });
  await chat.run(text);
}

const ways: [string, (chat: TestRepl) => void | Promise<void>, { drafts: string[]; queued?: string[] }][] = [
  ['a draft', (chat) => type(chat, 'words'), { drafts: ['words'] }],
  ['words that came back from a list', (chat) => typeIntoList(chat, 'words'), { drafts: ['words'] }],
  [
    'words that came back from a list, behind one that no model answered',
    async (chat) => {
      await refuse(chat, 'begun');
      typeIntoList(chat, 'words');
    },
    { drafts: ['begun\nwords'] },
  ],
  [
    'words that came back from a list, changed',
    async (chat) => {
      typeIntoList(chat, 'words');
      type(chat, ' and more');
    },
    { drafts: ['words and more'] },
  ],
  [
    'words in an open list that has nothing for them',
    (chat) => openList(chat, 'words'),
    { drafts: ['words'] },
  ],
  [
    'words in an open list, behind one that no model answered',
    async (chat) => {
      await refuse(chat, 'refused');
      openList(chat, 'words');
    },
    { drafts: ['refused\nwords'] },
  ],
  [
    'words in an open list, and one that was put aside',
    (chat) => {
      type(chat, 'aside');
      chat.core.history.stash(chat.app.session);
      openList(chat, 'words');
    },
    { drafts: ['aside', 'words'] },
  ],
  ['words in a search that finds nothing', (chat) => search(chat, 'words'), { drafts: ['words'] }],
  [
    'words in a search that finds nothing, and a draft',
    (chat) => {
      type(chat, 'begun');
      search(chat, 'words');
    },
    { drafts: ['words', 'begun'] },
  ],
  [
    'an earlier prompt that a search found, changed',
    async (chat) => {
      chat.core.history.add(toTyped('earlier'));
      search(chat, 'earl');
      chat.core.history.takeKey(toKey('enter'));
      type(chat, '!');
    },
    { drafts: ['earlier!'] },
  ],
  [
    'one that was put aside, and another',
    (chat) => {
      type(chat, 'aside');
      chat.core.history.stash(chat.app.session);
      type(chat, 'words');
    },
    { drafts: ['aside', 'words'] },
  ],
  [
    'one that was put aside, and words that came back from a list',
    async (chat) => {
      type(chat, 'aside');
      chat.core.history.stash(chat.app.session);
      typeIntoList(chat, 'words');
    },
    { drafts: ['aside', 'words'] },
  ],
  [
    'a queued prompt that is changed',
    (chat) => {
      queue(chat, 'behind');
      queue(chat, 'waits');
      chat.app.waiting.takeBack();
      type(chat, '!');
    },
    { drafts: ['waits!'], queued: ['behind'] },
  ],
  [
    'a draft with an attachment',
    async (chat) => {
      await chat.run('/attach notes.txt');
      type(chat, 'words');
    },
    { drafts: ['words'] },
  ],
  [
    'words that came back from a list, with an attachment',
    async (chat) => {
      await chat.run('/attach notes.txt');
      typeIntoList(chat, 'words');
    },
    { drafts: ['words'] },
  ],
  ['one that no model answered', (chat) => refuse(chat, 'refused'), { drafts: ['refused'] }],
  ['values of a template', (chat) => chat.run('/ask', 'red', undefined), { drafts: ['/ask a=red'] }],
];

/** All that the chat has at Up, from the newest prompt on. */
function walkUp({ app, core }: TestRepl): string[] {
  const found: string[] = [];
  for (let before = ''; ; ) {
    core.history.walk(-1);
    const { text } = readDraft(app.state.draft);
    if (text === before) return found;
    found.push(text);
    before = text;
  }
}

it.each(
  ways.flatMap(([name, act, left]) => [
    { name, act, left, others: [] },
    { name: `${name}, beside a held queue`, act, left, others: ['QUEUED'] },
  ]),
)('the last lines count what Up has in the next chat: $name', async ({ act, left, others }) => {
  const dataHome = createFolder();
  const chat = await startIn(dataHome);
  const ended = chat.core.ended();
  for (const text of others) queue(chat, text);
  chat.app.dispatch({ type: 'held', isHeld: others.length > 0 });
  await act(chat);
  expect(chat.app.state.queue.map(({ text }) => text)).toEqual([...others, ...(left.queued ?? [])]);
  chat.app.leave();
  await sayGoodbye(chat.app, await ended);
  const { drafts } = left;
  const queued = [...others, ...(left.queued ?? [])];
  const words = await chat.written();
  const [some, ones] = [`Your ${drafts.length} drafts were`, 'Your draft was'];
  expect(words).toContain(drafts.length === 1 ? ones : some);
  if (queued.length > 0) expect(words).toMatch(new RegExp(`^${queued.length} queued prompts? w`, 'm'));
  else expect(words).not.toContain('queued');
  expect(walkUp(await startIn(dataHome))).toEqual(expect.arrayContaining([...drafts, ...queued]));
});

it.each([false, true])(
  'words that came back from a list are one step back once a command puts another prompt in their place; beside a held queue: %s',
  async (isHeld) => {
    const chat = await startIn(createFolder());
    await chat.run('said');
    if (isHeld) queue(chat, 'QUEUED');
    chat.app.dispatch({ type: 'held', isHeld });
    typeIntoList(chat, 'words');
    await chat.run('/undo');
    expect(readDraft(chat.app.state.draft).text).toBe('said');
    expect(walkUp(chat)).toContain('words');
  },
);

it('words in an open list that has something for them are no prompt', async () => {
  const dataHome = createFolder();
  const chat = await startIn(dataHome);
  const ended = chat.core.ended();
  openList(chat, 'on');
  chat.app.leave();
  await sayGoodbye(chat.app, await ended);
  expect(await chat.written()).not.toContain('not sent');
  expect(walkUp(await startIn(dataHome))).toEqual([]);
});
