import type { Login } from '../auth/login-record.ts';
import { describePlace } from '../auth/secret-store.ts';
import type { Column } from './table.ts';

export type ListedAccount = Login & {
  /** Whether a command here uses it, unless a variable has a token. */
  isInForce: boolean;
  /** Where it was chosen for a folder. */
  folders: string[];
};

export const accountColumns: Column<ListedAccount>[] = [
  { title: '', read: ({ isInForce }) => (isInForce ? '*' : '') },
  { title: 'ACCOUNT', read: ({ account }) => account ?? '(not named by GitHub)' },
  { title: 'HOST', read: ({ host }) => host },
  { title: 'PLAN', read: ({ plan }) => plan ?? '' },
  { title: 'MODEL', read: ({ model }) => model ?? '' },
  { title: 'KEPT IN', read: ({ place }) => describePlace(place), isFlexible: true },
  { title: 'FOLDERS', read: ({ folders }) => folders.join(' '), isFlexible: true },
];

/** One of `accounts list --json`. */
export function toAccountJson(listed: ListedAccount): Record<string, unknown> {
  const { id, account, host, plan, model, savedAt, place, isInForce, folders } = listed;
  return {
    id,
    account: account ?? null,
    host,
    plan: plan ?? null,
    model: model ?? null,
    saved_at: savedAt === '' ? null : savedAt,
    in_force: isInForce,
    store: { kind: place.kind, name: place.kind === 'file' ? place.path : place.name },
    folders,
  };
}
