import type { Known } from './known-options.ts';
import { words as toWords } from './program-options.ts';

/**
 * What a rule for the beginning means for programs of which only the commands that look are known. An option may take a value in one of them and none
 * in the next, so each has its own list.
 */

const text = /^(?!-)[^\0]*$/;
/** A third part would be another host. */
const repository = /^(?:github\.com\/)?[\w.-]+\/[\w.-]+$/i;

/** Letters as they stand in the help of gh, with the options that all of these commands have. */
function ofGh(flags: string, long: string, valued: string, longValued: string, further: Known = {}): Known {
  return {
    flags: `${flags}h`,
    long: toWords(`help ${long}`),
    valued: `${valued}qtR`,
    longValued: toWords(`json jq template repo ${longValued}`),
    value: text,
    values: { R: repository, repo: repository },
    plain: /^(?:https:\/\/github\.com\/\S*|(?!-|[a-z][\w+.-]*:\/\/)[^\0]+)$/i,
    ...further,
  };
}

const ofRepositories: Known = {
  plain: /^(?:https:\/\/github\.com\/\S*|(?:github\.com\/)?[\w.-]+(?:\/[\w.-]+)?)$/i,
};
const ofSearch: Known = { values: {}, plain: text };
const searching = 'created language limit order owner sort match visibility';
const searchingIssues = `${searching} app assignee author closed commenter comments interactions involves label mentions milestone state updated`;

const ofGithub: Record<string, Known> = {
  'pr list': ofGh('d', 'draft', 'aABHlLSs', 'app assignee author base head label limit search state'),
  'pr view': ofGh('c', 'comments', '', ''),
  'pr status': ofGh('c', 'conflict-status', '', ''),
  'pr checks': ofGh('', 'watch required fail-fast', 'i', 'interval'),
  'pr diff': ofGh('', 'name-only patch', '', 'color'),
  'issue list': ofGh('', '', 'aAlLmSs', 'app assignee author label limit mention milestone search state'),
  'issue view': ofGh('c', 'comments', '', ''),
  'issue status': ofGh('', '', '', ''),
  // The name of a workflow. For the others, this letter opens a browser.
  'run list': ofGh('a', 'all', 'bceLsuw', 'branch commit created event limit status user workflow'),
  'run view': ofGh('v', 'verbose exit-status log log-failed', 'aj', 'attempt job'),
  'release list': ofGh('', 'exclude-drafts exclude-pre-releases', 'LO', 'limit order'),
  'release view': ofGh('', '', '', ''),
  'workflow list': ofGh('a', 'all', 'L', 'limit'),
  'workflow view': ofGh('y', 'yaml', 'r', 'ref'),
  'repo view': ofGh('', '', 'b', 'branch', ofRepositories),
  'repo list': ofGh(
    '',
    'archived no-archived fork source',
    'lL',
    'language limit topic visibility',
    ofRepositories,
  ),
  'search code': ofGh('', '', 'L', 'extension filename language limit match owner size', ofSearch),
  'search commits': ofGh(
    '',
    'merge',
    'L',
    'author committer hash limit order owner sort visibility',
    ofSearch,
  ),
  'search issues': ofGh(
    '',
    'archived include-prs locked no-assignee no-label no-milestone no-project',
    'L',
    searchingIssues,
    ofSearch,
  ),
  'search prs': ofGh(
    '',
    'archived draft locked merged no-assignee no-label no-milestone no-project',
    'BHL',
    `${searchingIssues} base checks head merged-at review review-requested reviewed-by`,
    ofSearch,
  ),
  'search repos': ofGh(
    '',
    'archived',
    'L',
    `${searching} followers forks good-first-issues help-wanted-issues include-forks license number-topics size stars topic updated`,
    ofSearch,
  ),
};

const docker: Known = {
  flags: 'aqlst',
  valued: 'fn',
  long: toWords('all quiet latest size no-trunc digests tree help'),
  longValued: toWords('filter last format'),
  value: text,
  plain: /^(?!-)[\w./:@-]+$/,
};
/** No file of a template. */
const outputs = /^(?:json|yaml|wide|name|(?:jsonpath(?:-as-json)?|custom-columns|(?:go-)?template)=[^\0]*)$/;
const kubectl: Known = {
  flags: 'Awh',
  valued: 'nloL',
  long: toWords(`
    all-namespaces watch watch-only show-labels no-headers ignore-not-found show-kind show-managed-fields show-events previous all-containers
    timestamps follow recursive help
  `),
  longValued: toWords(`
    namespace selector field-selector output sort-by label-columns container since since-time tail max-log-requests api-version chunk-size limit-bytes
  `),
  value: text,
  values: { o: outputs, output: outputs },
  plain: /^(?!-)[\w./,-]+$/,
};

const longValuedOfWget = toWords(`
  tries timeout connect-timeout read-timeout dns-timeout wait waitretry level accept reject user-agent header referer limit-rate quota max-redirect
  progress exclude-directories include-directories cut-dirs method retry-on-http-error
`);
/** Its files are called as their URLs say. Others are written by more options than these, and sent. */
const wget: Known = {
  flags: 'qvcNSxrpkKmEL46hV',
  valued: 'tTwQlARUXIn',
  long: toWords(`
    quiet verbose no-verbose continue timestamping server-response spider recursive page-requisites convert-links no-parent no-clobber no-directories
    no-host-directories force-directories mirror https-only inet4-only inet6-only no-check-certificate show-progress no-cache retry-connrefused
    no-cookies no-proxy no-config no-hsts ignore-length adjust-extension relative random-wait content-disposition trust-server-names version help
  `),
  longValued: [...longValuedOfWget, 'compression'],
  value: text,
  values: { n: /^[vcHdp]+$/, method: /^(?:GET|HEAD)$/ },
  plain: /^(?![-@])\S+$/,
};

/** Names of packages and of what is known about them: no file, and no other server. */
const packages =
  /^(?:@[\w.-]+\/)?[\w*][\w.*-]*(?:@(?:npm:@?[\w.-]+(?:\/[\w.-]+)?@)?[\w.^~<>=|*+ -]*)?(?:\[[\w.]*\][\w.]*)*$/;
const ofPackages: Known = { value: /^(?!-)[\w.,@*/-]+$/, plain: packages };
const npm: Known = {
  ...ofPackages,
  flags: 'aglh',
  valued: 'w',
  long: toWords(`
    all global long json parseable prod dev production workspaces include-workspace-root link package-lock-only help
  `),
  longValued: toWords('depth omit include only workspace'),
};
const pnpm: Known = {
  ...ofPackages,
  flags: 'glrPDh',
  long: toWords(
    'global long json parseable prod dev recursive only-projects lockfile-only no-optional no-color compatible help',
  ),
  longValued: toWords('depth filter'),
};
const yarn: Known = {
  ...ofPackages,
  flags: 'h',
  long: toWords('json prod production help'),
  longValued: toWords('depth pattern'),
};

const logsOfDocker: Known = {
  ...docker,
  flags: 'fth',
  valued: 'n',
  long: toWords('follow timestamps details help'),
  longValued: toWords('tail since until'),
};

/** By the words of their subcommands, of which there are none for wget. */
export const knownOfFamilies: Readonly<Record<string, Readonly<Record<string, Known>>>> = {
  gh: ofGithub,
  docker: { ps: docker, images: docker, logs: logsOfDocker },
  npm: { ls: npm, list: npm, outdated: npm, view: npm },
  pnpm: { ls: pnpm, list: pnpm, outdated: pnpm },
  yarn: { list: yarn, outdated: yarn },
  wget: { '': wget },
  wget2: { '': { ...wget, longValued: longValuedOfWget } },
  kubectl: {
    get: kubectl,
    describe: kubectl,
    explain: kubectl,
    logs: { ...kubectl, flags: 'fph', valued: 'ncl' },
  },
};
