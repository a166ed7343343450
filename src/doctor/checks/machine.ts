import type { SettingName } from '../../config/settings.ts';
import type { CliError } from '../../errors.ts';
import { advise, run, updateCommand } from '../../hint.ts';
import { toChmod } from '../../open-file.ts';
import { type Finding, joinFindings, type Outcome, ok, skip, toFinding, warn } from '../check.ts';
import { isNewer } from '../newest-release.ts';

export type Versions = { own: string; node: string; platform: string; architecture: string };

const oldestNode = '20.18';

export function checkVersions({ own, node, platform, architecture }: Versions): Finding {
  const words = `copilot-cli ${own}, Node ${node}, ${platform} ${architecture}`;
  return isNewer(oldestNode, node)
    ? warn(`${words}: older than Node ${oldestNode}`, 'Install a newer Node: https://nodejs.org')
    : ok(words);
}

/** The newest release, by the registry of npm. Undefined if nobody asked. */
export function checkRelease(own: string, newest: Outcome<string> | undefined): Finding {
  if (newest === undefined) return skip('not asked for; --release asks the npm registry');
  if (!newest.ok) return toFinding(newest.error, 'warn');
  return isNewer(newest.value, own)
    ? warn(`${newest.value} is newer than ${own}`, updateCommand)
    : ok(`${own} is the newest`);
}

export type SettingsFacts = {
  path: string;
  /** Settings that are not valid, or the file that cannot be read. */
  problems: readonly CliError[];
  unknownKeys: readonly string[];
  /** URLs that are not GitHub's own, and who sets them. */
  overrides: readonly { setting: string; origin: string }[];
  changed: readonly SettingName[];
};

export function checkSettings({ path, problems, unknownKeys, overrides, changed }: SettingsFacts): Finding {
  const failures = problems.map((problem) => toFinding(problem));
  const unknown = unknownKeys.map((key) =>
    warn(
      `${path} has ${key}, which is not a setting`,
      advise`${run('config list')} shows those that there are.`,
    ),
  );
  const found = joinFindings([...failures, ...unknown]);
  if (found) return found;
  const away = overrides.map(({ setting, origin }) => `${setting} is set by ${origin}`);
  const own = changed.length === 0 ? 'all have their defaults' : `set: ${changed.join(', ')}`;
  return ok([own, ...away].join('; '));
}

/** A file or a folder of ours. */
export type OwnFile = {
  path: string;
  /** Who else may use it, such as `644`; undefined if nobody, or if the system has no modes. */
  openMode: string | undefined;
  /** The mode that it should have. */
  wantedMode: string;
  /** Whether it was open when the check began and is not any more. */
  isClosedNow: boolean;
  /** Why it cannot be used. */
  problem: string | undefined;
};

export function checkFiles(files: readonly OwnFile[]): Finding {
  const findings = files.flatMap(({ path, openMode, wantedMode, isClosedNow, problem }) => {
    if (problem !== undefined)
      return [
        warn(`${path} cannot be used: ${problem}`, `Make it a folder of yours, with mode ${wantedMode}.`),
      ];
    if (openMode === undefined) return [];
    const words = `${path} was readable by others (mode ${openMode})`;
    return isClosedNow
      ? [
          warn(
            `${words}; now only you can read it`,
            advise`If others use this machine, replace the token: ${run('login')}`,
          ),
        ]
      : [warn(words, toChmod(path, wantedMode))];
  });
  return joinFindings(findings) ?? ok(`only you can read ${describeFiles(files)}`);
}

function describeFiles(files: readonly OwnFile[]): string {
  return files.map(({ path }) => path).join(', ');
}
