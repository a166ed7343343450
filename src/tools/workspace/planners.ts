import type { JsonObject } from '../../json-value.ts';
import type { Plan, Tool } from '../tool.ts';
import { planPatch } from './apply-patch.ts';
import { planBash } from './bash.ts';
import { planCreate } from './create.ts';
import { definitions, type ToolName } from './definitions.ts';
import { planEdit } from './edit.ts';
import { planGlob } from './glob.ts';
import { planGrep } from './grep.ts';
import { createPlaces } from './places.ts';
import { deferFailures } from './plans.ts';
import { planView } from './view.ts';
import { planFetch } from './web-fetch.ts';
import type { Workspace, WorkspaceOptions } from './workspace.ts';

type Planner = (input: JsonObject, workspace: Workspace, signal: AbortSignal) => Promise<Plan>;

const planners: Record<ToolName, Planner> = {
  view: planView,
  glob: planGlob,
  grep: planGrep,
  web_fetch: planFetch,
  edit: planEdit,
  create: planCreate,
  apply_patch: planPatch,
  bash: planBash,
};

/** Gives what plans the calls of a tool. All of this loads at the first call. */
export function createPlanners(options: WorkspaceOptions): (name: ToolName) => Tool['plan'] {
  const { home, env, secretVariables = [], outputFolder, openHttp, now } = options;
  const places = createPlaces(options);
  const workspace: Workspace = {
    places,
    home,
    env,
    secretVariables,
    outputFolder,
    openHttp,
    searchers: [],
    now,
  };
  return (name) =>
    deferFailures(definitions[name], (input, signal) => planners[name](input, workspace, signal), workspace);
}
