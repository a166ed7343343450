import { editFile } from './edit-file.ts';
import { loadEditor } from './load-editor.ts';
import { describePlace, type Machine } from './place.ts';
import type { ClientSetup, FileChange, Variable } from './setup.ts';

/**
 * What a person reads who asks how a client is set up: lines for a shell, the file and what we would write into an empty one,
 * what is to be done by hand. Ends with a newline.
 */
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
export type SetupJson = {
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
  return `In ${describePlace(file.place, machine)}:\n\n${(await writeContent(file)).trimEnd()}`;
}

async function writeContent({ place, format, edits }: FileChange): Promise<string> {
  return editFile(await loadEditor(format), { path: place.file, text: '' }, edits);
}

function toExport({ name, value }: Variable): string {
  return `export ${name}=${quote(value)}`;
}

/** For any POSIX shell. */
function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
