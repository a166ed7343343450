import { toShellWord } from '../../command-line.ts';
import { describeCount } from '../../describe-count.ts';
import { CliError } from '../../errors.ts';
import { advise, run } from '../../hint.ts';
import type { McpHost } from '../../mcp/host.ts';
import { untilAborted } from '../../pause.ts';
import { toOneLine } from '../../terminal-text.ts';
import type { ReplApp } from '../app.ts';
import type { PickAct } from '../dialogs/dialog.ts';
import type { SlashCommand } from './slash-command.ts';

export const mcpCommand: SlashCommand = {
  name: 'mcp',
  label: 'MCP servers',
  parameters: '[restart] [server]',
  description: 'show the MCP servers of this chat, what they offer and what is wrong with them; restart one',
  group: 'tools',
  details: ['/tools mcp lets the model use them.', '[restart] starts the server again that is named.'],
  keyDetails: [
    'In the list, Enter tells more of a server, Ctrl+R restarts it.',
    'Esc stops the wait for a server; it goes on starting.',
  ],
  shell: 'copilot-cli mcp list',
  complete: async () => [{ text: 'restart', description: '' }],
  run: (app, words) => (words === '' ? showServers(app) : restartByName(app, words)),
};

const acts: readonly PickAct[] = [{ name: 'restart', keys: ['ctrl+r'], label: 'Ctrl+R restarts' }];

async function showServers(app: ReplApp): Promise<void> {
  const host = await openServers(app);
  if (!host) return;
  for (let selected = 0; ; ) {
    const items = host.states().map((state) => ({
      text: state.server.name,
      cells: [
        state.status === 'sign-in' ? 'sign-in needed' : state.status,
        describeCount(state.toolCount, 'tool'),
      ],
      description: state.problem ?? state.title ?? '',
      state,
    }));
    const answer = await app.dialogs.pickAct('MCP servers of this chat', items, {
      acts,
      enter: 'tells more',
      selected,
      columns: ['State', 'Offers'],
    });
    if (!answer) return;
    const { name } = answer.item.state.server;
    if (answer.act === undefined) return tellServer(app, host, name);
    selected = items.indexOf(answer.item);
    await restart(app, host, name);
  }
}

/**
 * Starts them, after a yes where one is needed. Undefined if the person stops that, as while a pipe that names them is read. Throws CliError
 * `usage` if there are none.
 */
export async function openServers({ tools, work }: ReplApp): Promise<McpHost | undefined> {
  if (tools.running) return tools.running;
  const opened = await work('Opening MCP servers', async (signal) => ({
    host: await untilAborted(tools.openServers(), signal),
  }));
  if (opened && !opened.host)
    throw new CliError('usage', 'there are no MCP servers that may be started', {
      hint: advise`Add one: ${run('mcp add NAME -- COMMAND')}. It is there in the next chat.`,
    });
  return opened?.host;
}

function tellServer({ transcript, tools }: ReplApp, host: McpHost, name: string): void {
  const state = host.states().find(({ server }) => server.name === name);
  if (!state) return;
  const isHere = ({ server }: { server: string }): boolean => server === name;
  const offers = [
    describeCount(state.toolCount, 'tool'),
    describeCount(host.resources().filter(isHere).length, 'resource'),
    describeCount(host.prompts().filter(isHere).length, 'prompt'),
  ];
  transcript.notice(`${name}: ${state.status}, ${offers.join(', ')}.`);
  if (state.problem !== undefined) transcript.notice(`${toOneLine(state.problem)}.`, 'warning');
  for (const line of state.log.slice(-5)) transcript.notice(`${name}: ${toOneLine(line)}`);
  if (state.status === 'sign-in')
    transcript.notice(`In the shell: copilot-cli mcp login ${toShellWord(name)}`);
  if (!tools.kinds.includes('mcp'))
    transcript.notice('The model may not use it: /tools mcp switches that on.');
}

async function restartByName(app: ReplApp, words: string): Promise<void> {
  const [, verb, name = ''] = /^(\S+)\s*(.*)$/.exec(words) ?? [];
  if (verb !== 'restart')
    throw new CliError('usage', `there is no /mcp ${toOneLine(words)}`, { hint: '/mcp lists the servers.' });
  const host = await openServers(app);
  if (!host) return;
  if (!host.states().some(({ server }) => server.name === name))
    throw new CliError('usage', `there is no MCP server ${toOneLine(name)}`, { hint: '/mcp lists them.' });
  await restart(app, host, name);
}

/** It goes on in the background if the person stops the wait for it. */
async function restart({ transcript, work }: ReplApp, host: McpHost, name: string): Promise<void> {
  const isOver = await work(`Starting ${name}`, async (signal) => {
    await untilAborted(host.restart(name), signal);
    return true;
  });
  if (!isOver) return;
  const state = host.states().find(({ server }) => server.name === name);
  if (state?.status === 'ready') transcript.notice(`${name} runs again.`);
  else transcript.notice(`${name} did not start: ${toOneLine(state?.problem ?? 'it failed')}.`, 'warning');
}
