import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Outcome, Plan, Tool } from '../../../src/tools/tool.ts';
import type { WorkspaceKind, WorkspaceOptions } from '../../../src/tools/workspace/workspace.ts';
import { createWorkspaceTools } from '../../../src/tools/workspace/workspace-tools.ts';
import { createFolder } from '../../helpers/folder.ts';

export type TestWorkspace = {
  /** The folder of the person, and what is beside it. */
  cwd: string;
  home: string;
  config: string;
  outputs: string;
  tools: Tool[];
  plan(name: string, input: Record<string, unknown>): Promise<Omit<Plan, 'run'> & { run(): Promise<string> }>;
  /** The text of the answer, without a question. */
  call(name: string, input: Record<string, unknown>): Promise<string>;
  callWhole(name: string, input: Record<string, unknown>, signal?: AbortSignal): Promise<Outcome>;
};

/** A folder of a person with these files, in a home with a folder of settings. Files beside it begin with `../`. */
export function createWorkspace(
  files: Record<string, string | Uint8Array> = {},
  options: Partial<WorkspaceOptions> = {},
): TestWorkspace {
  const home = createFolder(
    Object.fromEntries(Object.entries(files).map(([path, content]) => [join('work', path), content])),
  );
  const cwd = join(home, 'work');
  mkdirSync(cwd, { recursive: true });
  const config = join(home, '.config', 'copilot-cli');
  const outputs = join(home, '.cache', 'copilot-cli', 'outputs');
  const tools = createWorkspaceTools({
    cwd,
    home,
    roots: [cwd],
    ownFolders: [config, join(home, '.cache', 'copilot-cli')],
    outputFolder: outputs,
    env: { PATH: process.env.PATH, HOME: home },
    openHttp: () => Promise.reject(new Error('this test has no network')),
    kinds: new Set<WorkspaceKind>(['read', 'write', 'shell']),
    takesPatch: false,
    now: Date.now,
    ...options,
  });
  const usual = new AbortController().signal;
  const find = (name: string): Tool => {
    const tool = tools.find((one) => one.name === name);
    if (!tool) throw new Error(`there is no tool ${name}`);
    return tool;
  };
  const toText = ({ parts }: Outcome): string =>
    parts.map((part) => (part.type === 'text' ? part.text : `(${part.type})`)).join('\n');
  const callWhole: TestWorkspace['callWhole'] = async (name, input, signal = usual) => {
    const plan = await find(name).plan(input, signal);
    return plan.run({ signal, onProgress: () => {} });
  };
  return {
    cwd,
    home,
    config,
    outputs,
    tools,
    async plan(name, input) {
      const plan = await find(name).plan(input, usual);
      return {
        ...plan,
        run: async () => toText(await plan.run({ signal: usual, onProgress: () => {} })),
      };
    },
    call: async (name, input) => toText(await callWhole(name, input)),
    callWhole,
  };
}
