import { CliError } from '../../errors.ts';
import { toOneLine } from '../../terminal-text.ts';
import type { HeldRule } from '../../tools/approvals/decide.ts';
import { ruleOrigins } from '../../tools/approvals/rule-text.ts';
import type { ReplApp } from '../app.ts';
import { enterCloses, type PickAct } from '../dialogs/dialog.ts';
import type { SlashCommand } from './slash-command.ts';

export const permissionsCommand: SlashCommand = {
  name: 'permissions',
  label: 'rules for tools',
  parameters: '[allow|ask|deny|remove] [rule]',
  description: 'show what the model may do without a question, and where each rule came from; remove rules',
  group: 'tools',
  details: [
    'Deny wins over ask, and ask over allow.',
    '[allow|ask|deny] adds a rule for this folder, for example: /permissions allow shell(git diff:*)',
    'shell(NAME:*) is your yes to whatever the program NAME does with any arguments, unless copilot-cli knows options of it that do something else.',
    '[remove] removes the rule that is named.',
    '[rule] is shell, write, read, url or the name of a server, alone or with what is meant in parentheses.',
  ],
  keyDetails: ['In the list, Delete or Ctrl+X removes a rule.'],
  shell: 'copilot-cli chat --allow-tool RULE --deny-tool RULE',
  isQuick: true,
  complete: async () => ['allow', 'ask', 'deny', 'remove'].map((text) => ({ text, description: '' })),
  run: (app, words) => (words === '' ? showRules(app) : changeRules(app, words)),
};

const acts: readonly PickAct[] = [{ name: 'remove', keys: ['delete', 'ctrl+x'], label: 'Delete removes' }];

async function showRules(app: ReplApp): Promise<void> {
  const { dialogs, transcript, tools } = app;
  const approvals = await tools.openApprovals();
  const { formatRule } = await import('../../tools/approvals/rule.ts');
  const toItem = (held: HeldRule) => ({
    text: formatRule(held.rule),
    cells: [held.effect, ruleOrigins[held.origin]],
    description: '',
    held,
  });
  for (let selected = 0; ; ) {
    const items = approvals.list().map(toItem);
    if (items.length === 0)
      return transcript.notice(
        tools.allowsAll
          ? '--allow-all-tools allows everything that no rule denies, except secrets for the tools that read and write files, and the files of copilot-cli.'
          : 'No rules. Every call of a tool is asked about.',
      );
    const answer = await dialogs.pickAct('What the model may do', items, {
      acts,
      enter: enterCloses,
      selected,
      columns: ['Effect', 'From'],
    });
    if (!answer?.act) return;
    selected = Math.min(items.indexOf(answer.item), items.length - 2);
    await remove(app, answer.item.held);
  }
}

async function remove(app: ReplApp, held: HeldRule): Promise<void> {
  const approvals = await app.tools.openApprovals();
  const { formatRule } = await import('../../tools/approvals/rule.ts');
  const rule = `${held.effect} ${formatRule(held.rule)}`;
  const isFound = await approvals.remove(held);
  const end = held.origin === 'flag' ? ' until the chat ends' : '';
  app.transcript.notice(isFound ? `Removed${end}: ${rule}` : `It was removed already: ${rule}`);
}

const effects = ['allow', 'ask', 'deny'] as const;

async function changeRules(app: ReplApp, words: string): Promise<void> {
  const [, verb = '', text = ''] = /^(\S+)\s*([\s\S]*)$/.exec(words) ?? [];
  const effect = effects.find((one) => one === verb);
  const isKnown = effect !== undefined || verb === 'remove';
  if (!isKnown || text === '')
    throw new CliError(
      'usage',
      isKnown ? `/permissions ${verb} needs a rule` : `there is no /permissions ${toOneLine(verb)}`,
      {
        hint: 'For example: /permissions allow shell(git diff:*)',
      },
    );
  const approvals = await app.tools.openApprovals();
  const { formatRule, parseRule } = await import('../../tools/approvals/rule.ts');
  const rule = formatRule(parseRule(text));
  if (effect !== undefined) {
    await approvals.add(effect, rule, 'folder');
    app.transcript.notice(`From now on in this folder: ${effect} ${rule}`);
    return;
  }
  const found = approvals.list().filter((held) => formatRule(held.rule) === rule);
  if (found.length === 0)
    throw new CliError('usage', `there is no rule ${rule}`, { hint: '/permissions lists them.' });
  for (const held of found) await remove(app, held);
}
