import { toShellWord } from '../command-line.ts';
import type { FileOutcome } from './apply-setup.ts';
import { editFile, loadEditor } from './edit-file.ts';
import { describePath, describePlace, type Machine } from './place.ts';
import type { ClientSetup, FileChange, Variable } from './setup.ts';
import type { UndoOutcome } from './undo-setup.ts';

/** A client's setup for a person: shell lines, new files, and manual steps. Ends with a newline. */
export async function formatSetup(setup: ClientSetup, machine: Machine): Promise<string> {
  const { title, variables, files, steps, notes } = setup;
  const sections = [
    `# ${title}`,
    variables.length > 0 ? ['In a shell:', '', ...variables.map(toExport)].join('\n') : undefined,
    ...(await Promise.all(files.map((file) => formatFile(file, machine)))),
    steps.length > 0
      ? ['By hand:', '', ...steps.map((step, index) => `${index + 1}. ${step}`)].join('\n')
      : undefined,
    notes.length > 0 ? ['Notes:', '', ...notes.map((note) => `- ${note}`)].join('\n') : undefined,
  ];
  return `${sections.filter((section) => section !== undefined).join('\n\n')}\n`;
}

/** The setup as `--json` prints it. `content` is what we would write into an empty file. */
type SetupJson = {
  client: string;
  title: string;
  environment: Record<string, string>;
  files: { path: string; format: string; content: string }[];
  steps: string[];
  notes: string[];
};

export async function toSetupJson(setup: ClientSetup, machine: Machine): Promise<SetupJson> {
  const { client, title, variables, files, steps, notes } = setup;
  return {
    client,
    title,
    environment: Object.fromEntries(variables.map(({ name, value }) => [name, value])),
    files: await Promise.all(
      files.map(async (file) => ({
        path: describePlace(file.place, machine),
        format: file.format,
        content: await writeContent(file),
      })),
    ),
    steps,
    notes,
  };
}

async function formatFile(file: FileChange, machine: Machine): Promise<string> {
  const content = file.summary ?? (await writeContent(file)).trimEnd();
  return `In ${describePlace(file.place, machine)}:\n\n${content}`;
}

async function writeContent({ place, format, edits }: FileChange): Promise<string> {
  return editFile(await loadEditor(format), { path: place.file, text: '' }, edits);
}

function toExport({ name, value }: Variable): string {
  return `export ${name}=${toShellWord(value)}`;
}

const stateWords: Record<FileOutcome['state'], string> = {
  created: 'is new',
  changed: 'is changed',
  unchanged: 'has all of this already',
};

/** What changed in each file, line by line, for a person. Ends with a newline. */
export function formatApplied(outcomes: readonly FileOutcome[], machine: Machine): string {
  return outcomes
    .flatMap(({ path, state, backup, lines }) => [
      `${describePath(path, machine)} ${stateWords[state]}${state === 'unchanged' ? '.' : ':'}`,
      ...lines.map(({ kind, text }) => `${kind === 'added' ? '+' : '-'} ${text}`),
      ...(backup === undefined ? [] : [`A copy of the former file is in ${describePath(backup, machine)}.`]),
    ])
    .map((line) => `${line}\n`)
    .join('');
}

/** What happened to each file, for a person. Ends with a newline. */
export function formatUndone(outcomes: readonly UndoOutcome[], machine: Machine): string {
  return outcomes
    .map(({ path, state, left }) => `${describePath(path, machine)} ${describeUndone(state, left)}\n`)
    .join('');
}

function describeUndone(state: UndoOutcome['state'], left: readonly string[]): string {
  switch (state) {
    case 'restored':
      return 'is as it was before.';
    case 'removed':
      return 'is removed; it did not exist before.';
    case 'gone':
      return 'is no longer there; there was nothing to undo.';
    case 'taken-back': {
      const others =
        left.length === 0 ? '' : ` These keys have other values now and stay: ${left.join(', ')}.`;
      return `has changed since; only what copilot-cli wrote is removed.${others}`;
    }
  }
}
