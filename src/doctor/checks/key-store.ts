import type { KeyStoreState, StoredSecret } from '../../auth/secret-store.ts';
import type { CredentialStoreChoice } from '../../config/setting-choices.ts';
import { describeCount } from '../../describe-count.ts';
import { advise, type Hint, run } from '../../hint.ts';
import type { KeyStoreProblem } from '../../key-store/key-store.ts';
import { type Finding, ok, warn } from '../check.ts';

export type KeyStoreFacts = {
  choice: CredentialStoreChoice;
  stored: readonly StoredSecret[];
  /** Undefined if nobody wants the key store: it is not asked then. */
  state: KeyStoreState | undefined;
  /** The file for secrets that the key store does not hold. */
  path: string;
};

/** Where secrets lie, and whether the key store that should hold them can be used. */
export function checkKeyStore({ choice, stored, state, path }: KeyStoreFacts): Finding {
  const places = describePlaces(stored, path);
  if (state === undefined) return ok(`not used: credential-store is ${choice}; ${places}`);
  if (state.kind === 'usable') return ok(`${state.name} can be used; ${places}`);
  // A machine without a desktop has none, and the file is as it should be.
  const isNeeded = choice === 'system' || stored.some(({ place }) => place.kind === 'system');
  if (state.problem === 'missing' && !isNeeded) return ok(`none here; ${places}`);
  return warn(`${state.reason}; ${places}`, fixes[state.problem]);
}

const useFile = advise`To keep secrets in a file that only you can read: ${run('config set credential-store file')}`;

const fixes: Record<KeyStoreProblem, Hint> = {
  missing: useFile,
  locked: ['Unlock it in the desktop, for example with Seahorse.', useFile],
  slow: ['Restart it, or sign in to the desktop again.', useFile],
  broken: ['Restart it, or sign in to the desktop again.', useFile],
};

function describePlaces(stored: readonly StoredSecret[], path: string): string {
  const inStore = stored.filter(({ place }) => place.kind === 'system').length;
  const inFile = stored.length - inStore;
  const parts = [
    ...(inStore === 0 ? [] : [`${describeCount(inStore, 'secret')} in it`]),
    ...(inFile === 0 ? [] : [`${describeCount(inFile, 'secret')} in ${path}`]),
  ];
  return parts.length === 0 ? `the file for secrets is ${path}` : parts.join(', ');
}
