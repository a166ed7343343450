import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import type { ToolUse } from '../../src/chat/chat-options.ts';
import type { Context } from '../../src/context.ts';
import { createConversationStore } from '../../src/conversation/store.ts';
import { createMarkdownStream } from '../../src/markdown/markdown-stream.ts';
import { createProcessContext } from '../../src/process-context.ts';
import { toTyped } from '../../src/prompt-text.ts';
import type { ReplApp } from '../../src/repl/app.ts';
import type { Dialog } from '../../src/repl/dialogs/dialog.ts';
import { toKey } from '../../src/repl/keys/key.ts';
import { createLook } from '../../src/repl/look.ts';
import { createReplCore, type ReplCore, type ReplOptions } from '../../src/repl/repl-core.ts';
import { createTranscript } from '../../src/repl/transcript.ts';
import type { RecordedRequest } from '../simulator/recorded-request.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';
import type { SimulatorOptions } from '../simulator/simulator-state.ts';
import { createFolder } from './folder.ts';
import { onTestEnd } from './overlapping.ts';

export const githubToken = 'ghu_theUsersOwnToken';

export type TestReplOptions = SimulatorOptions & {
  /** In the folder that the chat is started in. */
  files?: Record<string, string | Uint8Array>;
  /** Prompts that the person keeps, by name. */
  templates?: Record<string, string>;
  env?: Record<string, string>;
  /** False: nobody is signed in. */
  signedIn?: boolean;
  /** Of the terminal; 200 if left out. */
  columns?: number;
  /** As plain lines have it. */
  isSpoken?: boolean;
  repl?: Partial<ReplOptions>;
};

export type TestRepl = {
  app: ReplApp;
  core: ReplCore;
  context: Context;
  simulator: Simulator;
  /** The folder that the chat is started in, and the one of all that the program keeps. */
  cwd: string;
  home: string;
  /**
   * Sends what a person types, and waits until nothing goes on any more. Each of the answers is for one question: `y` and `n`, words that
   * find one item of a list, a text, the number of a choice; an empty one is Enter alone, and `undefined` leaves.
   */
  run(text: string, ...answers: (string | undefined)[]): Promise<void>;
  /** What was shown since the last call, without colours and without the gutter, but for the mark of a prompt. */
  take(): string;
  /** The questions that were asked so far. */
  questions: string[];
  /** The names and descriptions in the list that was shown last. */
  listed: string[];
  /** The same list: each name with its tick, and the facts in columns. */
  rows: string[];
  /** What was written to the terminal past the screen. */
  written(): Promise<string>;
  /** The requests that asked a model. */
  modelCalls(): RecordedRequest[];
};

/** The flags say nothing. */
export const noToolUse: ToolUse = {
  kinds: undefined,
  addsKinds: true,
  reads: false,
  allow: [],
  ask: [],
  deny: [],
  allowAll: false,
  folders: [],
  maxRounds: undefined,
  mcpConfig: [],
};

/** A question of yes or no takes an answer once it has stood there for a moment. */
function isAnswerable(dialog: Dialog | undefined): boolean {
  if (dialog?.type === 'confirm' || dialog?.type === 'approval') return dialog.isSeen === true;
  return dialog !== undefined;
}

const beyondPrompts = /^(?:[^\s›a-z] | {2})/;

const modelPaths = ['/chat/completions', '/responses', '/v1/messages'];

/** The chat without a terminal: everything below the view is real, and GitHub is the simulator. */
export async function createTestRepl({
  files = {},
  templates = {},
  env = {},
  signedIn = true,
  columns: width = 200,
  isSpoken = false,
  repl = {},
  ...options
}: TestReplOptions = {}): Promise<TestRepl> {
  const simulator = await startSimulator({
    ...options,
    account: { ...options.account, githubTokens: { [githubToken]: {} } },
  });
  const cwd = createFolder(files);
  const home = createFolder(
    Object.fromEntries(
      Object.entries(templates).map(([name, text]) => [`config/copilot-cli/templates/${name}.md`, text]),
    ),
  );
  let written = '';
  const toTerminal = () =>
    Object.assign(
      new Writable({
        write(chunk, _, done) {
          written += chunk;
          done();
        },
      }),
      { isTTY: true, columns: 80, rows: 24 },
    );
  const controller = new AbortController();
  const context = createProcessContext(
    Object.create(process, {
      env: {
        value: {
          ...simulator.env(),
          PATH: process.env.PATH,
          HOME: home,
          XDG_CONFIG_HOME: join(home, 'config'),
          COPILOT_CLI_CREDENTIAL_STORE: 'file',
          XDG_DATA_HOME: join(home, 'data'),
          XDG_CACHE_HOME: join(home, 'cache'),
          ...(signedIn && { GH_TOKEN: githubToken }),
          ...env,
        },
      },
      cwd: { value: () => cwd },
      stdin: { value: Object.assign(Readable.from([]), { isTTY: true }) },
      stdout: { value: toTerminal() },
      stderr: { value: toTerminal() },
    }) as NodeJS.Process,
    {
      version: '0.0.0',
      flags: { colour: 'never', debug: false, pager: true, account: undefined, envFile: undefined },
      controller,
      interrupts: [],
    },
  );
  const store = createConversationStore({
    folder: context.dataFolder,
    now: context.now,
    cwd: context.cwd,
    onNotice: context.warn,
  });
  const look = createLook({
    themeChoice: 'none',
    background: undefined,
    level: 'none',
    links: false,
    motion: false,
    statusFields: [],
  });
  let lines: string[] = [];
  let onDialog = (): void => {};
  const core = createReplCore(
    context,
    {
      store,
      file: store.create(),
      isSaved: true,
      model: undefined,
      system: undefined,
      effort: undefined,
      instructions: true,
      look,
      toolUse: noToolUse,
      goesOnWith: undefined,
      picksConversation: false,
      ...repl,
    },
    ({ look: getLook }) => ({
      transcript: createTranscript({
        commit: (more) => lines.push(...more),
        invalidate: () => {},
        look: getLook,
        columns: () => width,
        now: context.now,
        createMarkdown: (columns) => createMarkdownStream({ ...getLook(), columns }),
      }),
      size: { columns: width, rows: 24 },
      isSpoken,
      update: () => {
        if (isAnswerable(app.state.dialog)) onDialog();
      },
      lendTerminal: (work) => work(),
      prepare: async () => {},
    }),
  );
  const { app, runner } = core;
  const stopMessages = context.divertMessages(({ sentence }) => app.transcript.notice(sentence));
  const questions: string[] = [];
  const listed: string[] = [];
  const rows: string[] = [];
  onTestEnd(async () => {
    stopMessages();
    context.close();
    // What it writes late would come back after the folders went.
    await core.history.keep([]);
    await simulator.close();
  });

  /** Undefined where nothing goes on any more, and nothing was asked. */
  async function waitForDialog(): Promise<Dialog | undefined> {
    if (isAnswerable(app.state.dialog)) return app.state.dialog;
    const opened = new Promise<void>((resolve) => {
      onDialog = resolve;
    });
    await Promise.race([opened, runner.idle()]);
    return app.state.dialog;
  }

  function answerDialog(dialog: Dialog, answer: string | undefined): void {
    questions.push(dialog.type === 'pick' ? dialog.title : dialog.question);
    if (dialog.type === 'pick') {
      listed.splice(
        0,
        listed.length,
        ...dialog.items.map(({ text, description }) => `${text} ${description}`),
      );
      rows.splice(
        0,
        rows.length,
        ...dialog.items.map(({ text, isCurrent, cells = [] }) =>
          [isCurrent ? `${text} ✓` : text, ...cells].join(' | '),
        ),
      );
    }
    if (answer === undefined) {
      app.dialogs.takeKey(toKey('escape'));
      return;
    }
    if (answer !== '') app.dialogs.takeKey({ type: 'text', text: answer });
    const left = app.state.dialog;
    // A number moves to a yes, and takes a no.
    const isSelfEnding =
      dialog.type === 'approval' && (left?.type !== 'approval' || left.selected === undefined);
    if (!isSelfEnding || answer === '') app.dialogs.takeKey(toKey('enter'));
  }

  return {
    app,
    core,
    context,
    simulator,
    cwd,
    home,
    questions,
    listed,
    rows,
    async run(text, ...answers) {
      runner.submit(toTyped(text));
      for (const answer of answers) {
        const dialog = await waitForDialog();
        if (!dialog) throw new Error(`nobody asked for ${answer}; the chat shows:\n${lines.join('\n')}`);
        answerDialog(dialog, answer);
      }
      if (await waitForDialog()) throw new Error(`an answer is missing: ${JSON.stringify(app.state.dialog)}`);
      await runner.idle();
    },
    take() {
      const text = lines.map((line) => line.replace(beyondPrompts, '')).join('\n');
      lines = [];
      return text;
    },
    async written() {
      await context.io.stderr.flush();
      return written;
    },
    modelCalls: () => simulator.requests.filter(({ path }) => modelPaths.includes(path)),
  };
}
