import type { Env } from '../../env.ts';
import type { Tool } from '../tool.ts';
import { createPatchTool } from './apply-patch.ts';
import { createBashTool } from './bash.ts';
import { createCreateTool } from './create.ts';
import { createEditTool } from './edit.ts';
import { createGlobTool } from './glob.ts';
import { createGrepTool } from './grep.ts';
import { createPlaces } from './places.ts';
import { createViewTool } from './view.ts';
import { createFetchTool, type OpenHttp } from './web-fetch.ts';
import { deferFailures } from './workspace.ts';

export type WorkspaceKind = 'read' | 'write' | 'shell';

export type WorkspaceOptions = {
  /** Where the person stands. Relative paths begin here, and commands run here. */
  cwd: string;
  home: string;
  /** Folders whose ordinary files are not special: the current one, and those of `--add-dir`. */
  roots: readonly string[];
  /** Folders of this program: settings, conversations, caches. */
  ownFolders: readonly string[];
  /** Gets the whole of long outputs, one file each. It belongs to one conversation, and may be viewed. */
  outputFolder: string;
  env: Env;
  /** Further variables with secrets, such as the keys of endpoints. */
  secretVariables?: readonly string[];
  /** Opens the door to the network when a page is fetched. Without it, there is no `web_fetch`. */
  openHttp?: OpenHttp | undefined;
  kinds: ReadonlySet<WorkspaceKind>;
  /** Whether the model is used to patches: `apply_patch` takes the place of `edit` and `create`. */
  takesPatch: boolean;
  /** Milliseconds. */
  now: () => number;
};

/** The tools of the folder that the person stands in. Names and parameters are those of GitHub's own CLI, which models know. */
export function createWorkspaceTools(options: WorkspaceOptions): Tool[] {
  const { kinds, env, outputFolder, now } = options;
  const workspace = { places: createPlaces(options), env, outputFolder, searchers: [], now };
  const tools: Tool[] = [];
  if (kinds.has('read'))
    tools.push(createViewTool(workspace), createGlobTool(workspace), createGrepTool(workspace));
  if (kinds.has('read') && options.openHttp) tools.push(createFetchTool(options.openHttp));
  if (kinds.has('write'))
    tools.push(
      ...(options.takesPatch
        ? [createPatchTool(workspace)]
        : [createEditTool(workspace), createCreateTool(workspace)]),
    );
  if (kinds.has('shell')) tools.push(createBashTool(workspace, options.secretVariables ?? []));
  return tools.map((tool) => deferFailures(tool, workspace));
}
