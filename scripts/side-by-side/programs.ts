import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { claudeCode } from '../../test/agents/agents/claude-code.ts';
import { githubCli } from '../../test/agents/agents/github-cli.ts';
import { opencode } from '../../test/agents/agents/opencode.ts';
import type { Bundle } from '../../test/agents/install.ts';
import type { World } from '../../test/agents/world.ts';
import { writeClaudeSettings } from '../screenshots/claude-settings.ts';
import type { ThemeName } from '../screenshots/palette.ts';
import type { Step } from '../screenshots/steps.ts';

/** What the rows do besides typing and waiting. */
export type RowStep =
  | Step
  /** Waits until the program has written nothing for a while. */
  | { settle: true }
  /** Milliseconds between two keys that belong together. */
  | { pause: number }
  /** From now on the service refuses every call of a model, or answers again. */
  | { refuse: boolean };

/** Where a program runs. */
export type Stage = {
  world: World;
  home: string;
  work: string;
  /** The folder with the packages of the program; empty for ours. */
  installed: string;
  theme: ThemeName;
};

/** How a program is started, beyond the variables of its home. */
export type Start = { program: string; argv: string[]; env: Record<string, string> };

export type Program = {
  name: string;
  title: string;
  /** What is installed for it; ours is built. */
  bundle?: Bundle;
  /** Its name in `serve --for`, if it reaches the service that way. */
  client?: string;
  /** Whether its requests of the conversation have tools, and those without are titles and summaries. */
  hasTools: boolean;
  /** Writes the settings that spare it questions about colours and trust. */
  prepare?(stage: Stage): void;
  start(stage: Stage, options: { continues: boolean }): Start;
  /** Questions at the start, and the keys that answer them. */
  questions: [RegExp, string[]][];
  /** On the screen once it takes prompts. */
  ready: RegExp;
  steps: Record<'help' | 'keys' | 'models' | 'queue' | 'stop', RowStep[]>;
  /** Leaves what `help`, `keys` and `models` opened. */
  leave: RowStep[];
};

export const model = 'claude-sonnet-4.6';

const command = (text: string): Step[] => [{ type: text }, { wait: text }, { press: 'enter' }];

/** Two of them in one read would be Alt and the key. */
const twice = (key: string): RowStep[] => [{ press: key }, { pause: 200 }, { press: key }];

const ours: Program = {
  name: 'ours',
  title: 'copilot-cli',
  hasTools: false,
  start: ({ world }, { continues }) => ({
    program: process.execPath,
    argv: [
      join(process.cwd(), 'bin', 'copilot-cli.js'),
      'chat',
      '-m',
      model,
      ...(continues ? ['--continue'] : []),
    ],
    env: { ...world.simulator.env(), GITHUB_COPILOT_TOKEN: world.githubToken },
  }),
  questions: [],
  ready: /claude-sonnet|Claude Sonnet/,
  steps: {
    help: command('/help'),
    keys: command('/keys'),
    models: command('/model'),
    queue: [{ press: 'enter' }],
    stop: [{ press: 'escape' }],
  },
  leave: [{ press: 'escape' }],
};

const github: Program = {
  name: 'github-cli',
  title: "GitHub's Copilot CLI",
  bundle: githubCli,
  hasTools: true,
  start: ({ world, installed }, { continues }) => {
    const { urls } = world.simulator;
    return {
      program: join(installed, 'node_modules', '.bin', 'copilot'),
      argv: [
        ...['--no-auto-update', '--disable-builtin-mcps', '--model', model],
        ...(continues ? ['--continue'] : []),
      ],
      env: {
        COPILOT_GITHUB_TOKEN: world.githubToken,
        COPILOT_API_URL: urls.copilot,
        GITHUB_API_URL: urls.api,
        GITHUB_SERVER_URL: urls.server,
      },
    };
  },
  questions: [[/Do you trust the files/, ['1']]],
  ready: /❯[\s\S]*(commands|Sonnet)/,
  steps: {
    help: command('/help'),
    keys: [{ type: '?' }],
    models: command('/model'),
    queue: [{ press: 'ctrl+q' }],
    stop: twice('escape'),
  },
  leave: [{ press: 'escape' }],
};

const claude: Program = {
  name: 'claude-code',
  title: 'Claude Code',
  bundle: claudeCode,
  client: 'claude-code',
  hasTools: true,
  prepare: ({ home, work, theme }) => writeClaudeSettings(home, work, theme),
  start: ({ installed }, { continues }) => ({
    program: join(installed, 'node_modules', '.bin', 'claude'),
    argv: continues ? ['--continue'] : [],
    env: { IS_SANDBOX: '1', DISABLE_AUTOUPDATER: '1', CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1' },
  }),
  questions: [
    [/Choose the text style/, ['enter']],
    [/Yes, I trust this folder/, ['down', 'enter']],
  ],
  ready: /❯[\s\S]*(shortcuts|cycle|effort)/,
  steps: {
    help: command('/help'),
    keys: [{ type: '?' }],
    models: command('/model'),
    queue: [{ press: 'enter' }],
    stop: [{ press: 'escape' }],
  },
  leave: [{ press: 'escape' }],
};

const open: Program = {
  name: 'opencode',
  title: 'opencode',
  bundle: opencode,
  client: 'opencode',
  hasTools: true,
  prepare({ home, theme }) {
    const folder = join(home, '.local', 'state', 'opencode');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'kv.json'), JSON.stringify({ theme_mode: theme }));
  },
  start: ({ installed }, { continues }) => ({
    program: join(installed, 'node_modules', '.bin', 'opencode'),
    argv: continues ? ['--continue'] : [],
    env: {
      OPENCODE_DISABLE_AUTOUPDATE: '1',
      OPENCODE_DISABLE_MODELS_FETCH: '1',
      OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
    },
  }),
  questions: [],
  ready: /Ask anything|Build/,
  steps: {
    help: command('/help'),
    keys: [{ press: 'ctrl+p' }],
    models: command('/models'),
    queue: [{ press: 'enter' }],
    stop: twice('escape'),
  },
  leave: [{ press: 'escape' }],
};

export const programs: readonly Program[] = [ours, github, claude, open];
