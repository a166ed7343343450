import { once } from '../../once.ts';
import type { Tool } from '../tool.ts';
import { definitions, type ToolName } from './definitions.ts';
import type { WorkspaceOptions } from './workspace.ts';

/** The tools of the folder that the person stands in. Names and parameters are those of GitHub's own CLI, which models know. */
export function createWorkspaceTools(options: WorkspaceOptions): Tool[] {
  const loadPlanners = once(async () => (await import('./planners.ts')).createPlanners(options));
  return chooseTools(options).map((name) => ({
    ...definitions[name],
    plan: async (input, signal) => (await loadPlanners())(name)(input, signal),
  }));
}

function chooseTools({ kinds, takesPatch }: WorkspaceOptions): ToolName[] {
  const names: ToolName[] = [];
  if (kinds.has('read')) names.push('view', 'glob', 'grep', 'web_fetch');
  if (kinds.has('write'))
    names.push(...(takesPatch ? (['apply_patch'] as const) : (['edit', 'create'] as const)));
  if (kinds.has('shell')) names.push('bash');
  return names;
}
