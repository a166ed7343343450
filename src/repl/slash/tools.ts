import { parseToolKinds, type ToolKind, toolKinds } from '../../config/setting-choices.ts';
import { CliError } from '../../errors.ts';
import { toOneLine } from '../../terminal-text.ts';
import { formatTokenEstimate } from '../../tokens/request-tokens.ts';
import type { ReplApp } from '../app.ts';
import { secondWay } from '../dialogs/dialog.ts';
import type { SlashCommand } from './slash-command.ts';

export const toolsCommand: SlashCommand = {
  name: 'tools',
  label: 'what the model may use',
  parameters: '[kinds]',
  description:
    'switch on or off what the model may use: files, changes, commands, MCP servers; each call still needs a rule or your yes',
  group: 'tools',
  details: [
    `[kinds] is none, or any of ${toolKinds.join(', ')}, joined by commas. Without it, choose from a list.`,
  ],
  keyDetails: ['In the list, Enter switches one on or off, Tab keeps it so for new chats, too.'],
  shell: 'copilot-cli config set tools KINDS',
  complete: async () =>
    ['none', ...toolKinds].map((text) => ({
      text,
      description: text === 'none' ? 'nothing' : about[text as ToolKind],
    })),
  run: (app, words) => (words === '' ? chooseKinds(app) : setByName(app, words)),
};

/** What a person switches on. */
const about: Record<ToolKind, string> = {
  read: 'view, find and search files, fetch pages',
  write: 'change and create files',
  shell: 'run commands',
  mcp: 'tools of MCP servers',
};

async function chooseKinds(app: ReplApp): Promise<void> {
  const { dialogs, tools } = app;
  let isDefault = false;
  let isChanged = false;
  for (let selected = 0; ; ) {
    const items = await Promise.all(toolKinds.map((kind) => toItem(app, kind)));
    const answer = await dialogs.pickAct('What may the model use?', items, {
      columns: ['', 'Cost in each request'],
      ways: { enter: 'on or off', tab: 'and by default', word: 'always' },
      selected,
    });
    if (!answer) return tellKinds(app, { isDefault, isChanged });
    isChanged = true;
    const { kind } = answer.item;
    selected = toolKinds.indexOf(kind);
    tools.setKinds(toolKinds.filter((one) => tools.kinds.includes(one) !== (one === kind)));
    if (answer.act !== secondWay) continue;
    isDefault = true;
    await app.context.settings.set('tools', tools.kinds.join(',') || 'none');
  }
}

async function toItem({ tools, session, context }: ReplApp, kind: ToolKind) {
  const isOn = tools.kinds.includes(kind);
  const model = session.model;
  const tokens = model && (await tools.estimate(kind, model));
  return {
    text: kind,
    cells: [isOn ? 'on' : 'off', tokens === undefined ? '' : formatTokenEstimate(tokens)],
    description: kind === 'shell' ? `${about[kind]} in ${toOneLine(context.cwd)}` : about[kind],
    isCurrent: isOn,
    kind,
  };
}

function setByName(app: ReplApp, words: string): void {
  const kinds = parseToolKinds(words.replaceAll(/[\s,]+/g, ','));
  if (!kinds)
    throw new CliError('usage', `there is no /tools ${toOneLine(words)}`, {
      hint: `Type /tools none, or any of ${toolKinds.join(', ')}, joined by commas.`,
    });
  app.tools.setKinds(kinds);
  tellKinds(app, { isDefault: false, isChanged: true });
}

function tellKinds(
  { tools: { kinds }, transcript, session: { model } }: ReplApp,
  { isDefault, isChanged }: { isDefault: boolean; isChanged: boolean },
): void {
  const now = kinds.length === 0 ? 'The model may use nothing' : `The model may use: ${kinds.join(', ')}`;
  transcript.notice(
    `${now}${isDefault ? ', in new chats, too' : ''}.${isChanged ? ' It takes effect with your next prompt.' : ''}`,
  );
  if (kinds.length > 0 && model && !model.abilities.includes('tools'))
    transcript.notice(`${model.id} takes no tools; /model chooses another.`, 'warning');
}
