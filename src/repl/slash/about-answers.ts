import { listOffered } from '../../copilot/auto-model.ts';
import { attachFiles } from './attach-files.ts';
import { compareModels } from './compare-models.ts';
import { copyAnswer } from './copy-answer.ts';
import { writeExport } from './export-conversation.ts';
import { searchConversations } from './search-conversations.ts';
import type { SlashCommand } from './slash-command.ts';

export const answerCommands: readonly SlashCommand[] = [
  {
    name: 'attach',
    parameters: '[path…|none]',
    description: 'take files along with your next prompt: text, images, PDFs',
    group: 'answers',
    details: [
      '[path…] are files, folders, globs or addresses; alone, it lists what is attached.',
      '[none] drops what is attached. A typed @path in a prompt takes a file along, too; a pasted one is text.',
    ],
    shell: 'copilot-cli chat -f FILE -a IMAGE',
    run: attachFiles,
  },
  {
    name: 'copy',
    parameters: '[n] [code [n]]',
    description: 'copy the last answer as Markdown, or a code block of it',
    group: 'answers',
    details: [
      '[n] counts answers from the last one, which is 1; [code n] counts the code blocks of the answer from 1.',
      'Over SSH the text is handed to the terminal, which not every terminal takes.',
    ],
    shell: 'copilot-cli chat -x',
    run: copyAnswer,
  },
  {
    name: 'export',
    parameters: '[path]',
    description: 'write the conversation to a file: .md, .html or .json',
    group: 'answers',
    details: ['[path] without it, a name is made of the title. JSON has every branch, and the files.'],
    shell: 'copilot-cli sessions export CONVERSATION',
    run: writeExport,
  },
  {
    name: 'compare',
    parameters: '<model> <model> [prompt]',
    description: 'ask two models the same, and choose which answer goes on; both are kept',
    group: 'answers',
    details: ['[prompt] without it, what you said last. Both requests are asked for by you, and are paid.'],
    complete: async ({ session }) => {
      const { models } = await session.fetchCatalogue();
      return listOffered(models).map(({ id, name }) => ({ text: id, description: name }));
    },
    run: compareModels,
  },
];

export const searchCommand: SlashCommand = {
  name: 'search',
  parameters: '<words>',
  description: 'find what was said in any conversation, and go on with it',
  group: 'conversation',
  details: ['<words> must all stand in one turn; words in double quotes stand together.'],
  shell: 'copilot-cli sessions search WORDS',
  run: searchConversations,
};
