import type { Tool } from '../tool.ts';

/** A tool as the model is told of it. It takes no more than this to ask the model; what makes the calls loads at the first one. */
export type Definition = Pick<Tool, 'name' | 'title' | 'description' | 'inputSchema' | 'form' | 'effect'>;

/** Characters of one answer of `view`, `glob` and `web_fetch`. */
export const mostText = 40_000;
export const grepModes = ['content', 'files_with_matches', 'count'] as const;
/** Results of `grep`, unless the model says otherwise. */
export const usualLines = 200;
/** Characters of a page, unless the model says otherwise. */
export const usualPageText = 20_000;
/** How long a command may run, in seconds. */
export const commandSeconds = { usual: 120, most: 1800 };

const patchName = 'apply_patch';
const patchDescription =
  'Adds, changes, moves and deletes text files by a patch, all or none. Paths are relative to the current folder, or absolute.';

/** The grammar of the patches that GPT models write, for services that hold a model to it. */
const patchGrammar = `start: begin step+ end
begin: "*** Begin Patch" LF
end: "*** End Patch" LF?
step: add | delete | update
add: "*** Add File: " path LF added+
delete: "*** Delete File: " path LF
update: "*** Update File: " path LF move? chunk*
move: "*** Move to: " path LF
chunk: anchor* line+ at_end? | anchor+ at_end?
anchor: ("@@" | "@@ " /.+/) LF
line: ("+" | "-" | " ") /.*/ LF
added: "+" /.*/ LF
at_end: "*** End of File" LF
path: /.+/
%import common.LF
`;

export const definitions = {
  view: {
    name: 'view',
    title: 'View a file or folder',
    description: [
      'Shows a text file with line numbers, an image, or what is in a folder.',
      `A long file is cut after ${mostText} characters; \`view_range\` shows other parts.`,
      'A folder is listed two levels deep, without hidden and ignored entries.',
    ].join(' '),
    inputSchema: {
      type: 'object',
      properties: {
        path: {
          type: 'string',
          description: 'The file or folder, absolute or relative to the current folder.',
        },
        view_range: {
          type: 'array',
          items: { type: 'integer' },
          minItems: 2,
          maxItems: 2,
          description:
            'First and last line to show, counted from 1. A last line of -1 means the end of the file.',
        },
      },
      required: ['path'],
    },
    effect: 'read',
  },
  glob: {
    name: 'glob',
    title: 'Find files by name',
    description:
      'Finds files whose paths match a glob, such as `**/*.ts` or `src/**/*.{css,scss}`. Hidden files and files that git ignores are left out.',
    inputSchema: {
      type: 'object',
      properties: {
        pattern: { type: 'string', description: 'The glob: `*`, `**`, `?`, `[…]` and `{a,b}` are special.' },
        path: { type: 'string', description: 'The folder to look in. The current folder if left out.' },
      },
      required: ['pattern'],
    },
    effect: 'read',
  },
  grep: {
    name: 'grep',
    title: 'Search in files',
    description:
      'Searches the lines of text files for a regular expression. Hidden files, files that git ignores, binary files and files of secrets are left out.',
    inputSchema: {
      type: 'object',
      properties: {
        pattern: { type: 'string', description: 'The regular expression. It matches within a line.' },
        path: {
          type: 'string',
          description: 'The file or folder to search. The current folder if left out.',
        },
        glob: {
          type: 'string',
          description: 'Only files that match this glob, such as `*.ts` or `src/**/*.css`.',
        },
        output_mode: {
          type: 'string',
          enum: grepModes,
          description:
            'What to show: matching lines with their numbers (`content`, the default), paths, or counts.',
        },
        '-i': { type: 'boolean', description: 'Ignore case.' },
        '-A': { type: 'integer', description: 'Lines to show after each match.' },
        '-B': { type: 'integer', description: 'Lines to show before each match.' },
        '-C': { type: 'integer', description: 'Lines to show around each match.' },
        head_limit: {
          type: 'integer',
          description: `Show this many results at most. ${usualLines} if left out.`,
        },
      },
      required: ['pattern'],
    },
    effect: 'read',
  },
  web_fetch: {
    name: 'web_fetch',
    title: 'Fetch a page',
    description:
      'Fetches a page of the web without signing in, and returns it as text. A redirect to another host is not followed, but told.',
    inputSchema: {
      type: 'object',
      properties: {
        url: { type: 'string', description: 'The address: http or https.' },
        max_length: { type: 'integer', description: `Characters to return, ${usualPageText} if left out.` },
        start_index: { type: 'integer', description: 'The first character to return, counted from 0.' },
      },
      required: ['url'],
    },
    effect: 'network',
  },
  edit: {
    name: 'edit',
    title: 'Change a file',
    description:
      'Replaces one piece of a text file. `old_str` must be in the file exactly once, blanks and indents included: add lines around it until it is.',
    inputSchema: {
      type: 'object',
      properties: {
        path: { type: 'string', description: 'The file, absolute or relative to the current folder.' },
        old_str: { type: 'string', description: 'The text to replace, without line numbers.' },
        new_str: { type: 'string', description: 'The text to put in its place. Empty to remove it.' },
      },
      required: ['path', 'old_str', 'new_str'],
    },
    effect: 'write',
  },
  create: {
    name: 'create',
    title: 'Create a file',
    description:
      'Creates a text file, and the folders that it needs. It never replaces a file: use `edit` for that.',
    inputSchema: {
      type: 'object',
      properties: {
        path: { type: 'string', description: 'The new file, absolute or relative to the current folder.' },
        file_text: { type: 'string', description: 'The whole text of the file.' },
      },
      required: ['path', 'file_text'],
    },
    effect: 'write',
  },
  apply_patch: {
    name: patchName,
    title: 'Change files by a patch',
    description: patchDescription,
    inputSchema: {
      type: 'object',
      properties: {
        input: { type: 'string', description: 'The patch, from `*** Begin Patch` to `*** End Patch`.' },
      },
      required: ['input'],
    },
    form: {
      type: 'custom',
      wire: {
        type: 'custom',
        name: patchName,
        description: patchDescription,
        format: { type: 'grammar', syntax: 'lark', definition: patchGrammar },
      },
    },
    effect: 'write',
  },
  bash: {
    name: 'bash',
    title: 'Run a command',
    description: [
      'Runs a command of Bash in the current folder and returns its output. Each call is a new shell: variables and `cd` do not last.',
      'There is no input and no terminal. What runs in the background ends with the command.',
      'Long output is cut in the middle, and the whole is kept in a file for `view`.',
    ].join(' '),
    inputSchema: {
      type: 'object',
      properties: {
        command: { type: 'string', description: 'The command.' },
        timeout: {
          type: 'integer',
          description: `Seconds after which it is stopped: ${commandSeconds.usual} if left out, ${commandSeconds.most} at most.`,
        },
      },
      required: ['command'],
    },
    effect: 'execute',
  },
} satisfies Record<string, Definition>;

export type ToolName = keyof typeof definitions;
