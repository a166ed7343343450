import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { settingNames } from '../config/settings.ts';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { describeFileProblem } from '../file-problem.ts';
import { findOpenMode } from '../open-file.ts';
import type { OwnFile, SettingsFacts } from './checks/machine.ts';

/** Reads every setting. */
export function readSettings({ settings }: Context, overrides: SettingsFacts['overrides']): SettingsFacts {
  const problems = new Map<string, CliError>();
  const changed: SettingsFacts['changed'][number][] = [];
  const attempt = <T>(work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      // A broken file is a problem of every setting.
      problems.set(error.message, error);
      return undefined;
    }
  };
  for (const name of settingNames) {
    if ((attempt(() => settings.get(name))?.origin.kind ?? 'default') !== 'default') changed.push(name);
  }
  const unknownKeys = attempt(() => settings.unknownKeys()) ?? [];
  return { path: settings.path, problems: [...problems.values()], unknownKeys, overrides, changed };
}

/**
 * Looks at our files, and again when the returned function is called: a file with secrets is closed to others as soon as it is read.
 */
export function watchFiles({ record, settings, configFolder, dataFolder }: Context): () => OwnFile[] {
  const wanted: [path: string, mode: number, isFolder: boolean][] = [
    [configFolder, 0o700, true],
    [settings.path, 0o600, false],
    [record.path, 0o600, false],
    [dataFolder, 0o700, true],
  ];
  const before = wanted.map(([path]) => findOpenMode(path));
  return () =>
    wanted.flatMap(([path, mode, isFolder], index) => {
      const problem = isFolder ? findProblem(path) : undefined;
      if (problem === undefined && !existsSync(path)) return [];
      const openMode = before[index];
      const isClosedNow = openMode !== undefined && findOpenMode(path) === undefined;
      return [{ path, openMode, wantedMode: mode.toString(8), isClosedNow, problem }];
    });
}

/** Why no file can be made in a folder that may not exist yet; undefined if one can. */
function findProblem(folder: string): string | undefined {
  try {
    const stats = statSync(folder, { throwIfNoEntry: false });
    if (stats === undefined) {
      const parent = dirname(folder);
      return parent === folder ? undefined : findProblem(parent);
    }
    if (!stats.isDirectory()) return `${folder} is not a folder`;
    accessSync(folder, constants.W_OK);
    return undefined;
  } catch (error) {
    return describeFileProblem(error).reason;
  }
}

/** Whether a program of ours or another one may listen on a port of this machine. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ host: '127.0.0.1', port }, () => probe.close(() => resolve(true)));
  });
}
