import type { TokenKind } from '../auth/credentials.ts';
import { parseHeaders } from '../config/header-text.ts';
import type { Settings } from '../config/settings.ts';
import type { Initiator } from '../dialects/initiator.ts';
import { keepLast } from '../once.ts';

export type CopilotHeaderOptions = {
  style: 'exchanged' | 'direct';
  /** The kind of GitHub token behind the request. */
  tokenKind: TokenKind;
  /** `model-access` lists models, `conversation` asks one. */
  purpose: 'model-access' | 'conversation';
  initiator?: Initiator;
};

export type Identity = {
  /** For the token exchange and the account pages of GitHub. */
  toGithubHeaders(): Record<string, string>;
  /** For the Copilot API, without `Authorization`. Names are lower case, each once. */
  toCopilotHeaders(options: CopilotHeaderOptions): Record<string, string>;
  userAgent: string;
};

/** The REST API version of api.github.com; the newest that editors send to the exchange. */
const githubApiVersion = '2025-04-01';

/** The only integration that a fine-grained token may name; without it Copilot turns such a token away. */
const fineGrainedIntegration = 'copilot-developer-cli';

/**
 * How this program introduces itself, in one place, so that no request goes out half introduced.
 *
 * - `editor-version` is demanded of every request that carries an exchanged token ("IDE auth"); `editor-plugin-version`
 *   belongs to it.
 * - `copilot-integration-id` is checked against a list of known ids; twice in two spellings is refused as well.
 * - a request with the GitHub token itself is not an editor's, and goes under the program's own name; with a fine-grained token also under an integration's.
 * - `x-github-api-version` decides which fields come back; too old a one is refused with 466.
 * - `x-initiator` decides on plans that count requests whether a request is charged.
 * - `x-request-id` comes back in answers and errors, for support.
 */
export function createIdentity(settings: Settings, version: string): Identity {
  const get = (name: Parameters<Settings['get']>[0]): string => settings.get(name).value ?? '';
  const toExtraHeaders = keepLast(parseHeaders);
  const ownAgent = `copilot-cli/${version}`;
  const toEditorHeaders = (): Record<string, string> => ({
    'editor-version': get('editor-version'),
    'editor-plugin-version': get('plugin-version'),
    'user-agent': `GitHubCopilotChat/${get('plugin-version').replace(/^.*\//, '')}`,
  });

  return {
    userAgent: ownAgent,
    toGithubHeaders: () => ({ ...toEditorHeaders(), 'x-github-api-version': githubApiVersion }),
    toCopilotHeaders({ style, tokenKind, purpose, initiator }) {
      const conversation = style === 'exchanged' ? 'conversation-panel' : 'conversation-edits';
      return {
        ...(style === 'exchanged'
          ? { ...toEditorHeaders(), 'copilot-integration-id': get('integration-id') }
          : {
              'user-agent': ownAgent,
              ...(tokenKind === 'fine-grained' && { 'copilot-integration-id': fineGrainedIntegration }),
            }),
        'openai-intent': purpose === 'conversation' ? conversation : purpose,
        'x-github-api-version': get('api-version'),
        'x-request-id': crypto.randomUUID(),
        ...(initiator && { 'x-initiator': initiator }),
        ...toExtraHeaders(get('extra-headers')),
      };
    },
  };
}
