import type { WrittenFile } from '../../clients/list-setups.ts';
import { advise, type Hint, run } from '../../hint.ts';
import { type Finding, joinFindings, ok, warn } from '../check.ts';

/** Who listens on the port of `serve`. */
export type PortUser = 'nobody' | 'copilot-cli' | 'another program';

export function checkPort(port: number, user: PortUser): Finding {
  if (user === 'another program')
    return warn(`port ${port} is taken by another program`, run(`serve --port ${port + 1}`));
  return ok(user === 'nobody' ? `port ${port} is free` : `copilot-cli serves on port ${port}`);
}

/** `port` is that of `serve`. */
export function checkClients(
  files: readonly WrittenFile[],
  { port, user }: { port: number; user: PortUser },
): Finding {
  const words: Record<Exclude<WrittenFile['state'], 'kept'>, string> = {
    changed: 'does not point here any more',
    gone: 'is gone',
    broken: 'cannot be read',
  };
  const problems = files.flatMap(({ client, path, state }) =>
    state === 'kept' ? [] : [warn(`${path} of ${client} ${words[state]}`, fixClient(client))],
  );
  const describe = ({ client, url }: WrittenFile): string => {
    if (url === undefined) return client;
    const isAlone = user === 'nobody' && new URL(url).port === String(port);
    return `${client} (${url}${isAlone ? ', where nothing serves now: copilot-cli serve' : ''})`;
  };
  // A client may have two files, of which one names the address.
  const named = files.filter(
    ({ client, url }) =>
      url !== undefined || !files.some((one) => one.client === client && one.url !== undefined),
  );
  const kept = [...new Set(named.map(describe))];
  return joinFindings(problems) ?? ok(kept.length === 0 ? 'none is set up' : kept.join(', '));
}

function fixClient(client: string): Hint {
  return advise`${run(`serve --for ${client} --write`)} points it here; with ${'--undo'} in place of ${'--write'} it is forgotten.`;
}
