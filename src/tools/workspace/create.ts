import type { JsonObject } from '../../json-value.ts';
import { type Plan, ToolError } from '../tool.ts';
import { readOptionalText, readText } from './input.ts';
import { PlaceError } from './places.ts';
import { planEdits } from './plans.ts';
import type { Workspace } from './workspace.ts';

export async function planCreate(
  input: JsonObject,
  workspace: Workspace,
  signal: AbortSignal,
): Promise<Plan> {
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
    summary: `create ${places.quote(place.path)}`,
    done: `${shown} is created.`,
  });
}
