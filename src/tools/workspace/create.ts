import type { JsonObject } from '../../json-value.ts';
import { type Plan, type Tool, ToolError } from '../tool.ts';
import { readOptionalText, readText } from './input.ts';
import { PlaceError } from './places.ts';
import { planEdits, type Workspace } from './workspace.ts';

export function createCreateTool(workspace: Workspace): Tool {
  return {
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
    plan: (input, signal) => planCreate(input, workspace, signal),
  };
}

async function planCreate(input: JsonObject, workspace: Workspace, signal: AbortSignal): Promise<Plan> {
  const { places } = workspace;
  const path = readText(input, 'path');
  const text = readOptionalText(input, 'file_text') ?? '';
  if (/[\\/]$/.test(path)) throw new ToolError('`path` is that of a folder: add the name of the file.');
  const place = await places.locate(path, 'write', signal);
  const shown = places.show(place.path);
  if (place.stats)
    throw new PlaceError(
      [place],
      place.stats.isDirectory() ? `${shown} is a folder.` : `${shown} exists already. Change it with edit.`,
    );
  return planEdits(workspace, {
    edits: [{ path: place.path, before: undefined, after: text }],
    touched: [place],
    summary: `create ${shown}`,
    done: `${shown} is created.`,
  });
}
