import type { Env } from '../../env.ts';
import type { Http } from '../../http/http.ts';
import type { Helper } from '../../off-thread/helper.ts';
import type { Places } from './places.ts';
import type { SearchOrder, SearchResult } from './search-job.ts';

/** Called when a page is fetched. */
export type OpenHttp = () => Promise<{ http: Http; userAgent: string }>;

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
  openHttp: OpenHttp;
  kinds: ReadonlySet<WorkspaceKind>;
  /** Whether the model is used to patches: `apply_patch` takes the place of `edit` and `create`. */
  takesPatch: boolean;
  /** Milliseconds. */
  now: () => number;
};

/** What the tools of the folder share. */
export type Workspace = {
  places: Places;
  home: string;
  env: Env;
  /** Further variables with secrets. */
  secretVariables: readonly string[];
  outputFolder: string;
  openHttp: OpenHttp;
  /** Threads that wait for the next search. */
  searchers: Helper<SearchOrder, SearchResult>[];
  /** Milliseconds. */
  now: () => number;
};
