import { describe, expect, it } from 'vitest';
import type { TokenKind } from '../../src/auth/credentials.ts';
import type { JsonFile } from '../../src/config/json-file.ts';
import { createSettings } from '../../src/config/settings.ts';
import { type CopilotHeaderOptions, createIdentity, type Identity } from '../../src/copilot/identity.ts';
import type { Env } from '../../src/env.ts';

/** No test here writes. */
const emptyFile: JsonFile = {
  path: 'config.json',
  read: () => ({}),
  update: () => expect.unreachable(),
  removeCopies: () => expect.unreachable(),
  remove: () => expect.unreachable(),
  ensureWritable: () => expect.unreachable(),
  close: () => expect.unreachable(),
};
const open = (env: Env = {}): Identity => createIdentity(createSettings({ env, file: emptyFile }), '1.2.3');

const exchanged: CopilotHeaderOptions = {
  style: 'exchanged',
  tokenKind: 'github-app',
  purpose: 'conversation',
  initiator: 'user',
};
const direct: CopilotHeaderOptions = { ...exchanged, style: 'direct', tokenKind: 'oauth-app' };
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('the headers of a Copilot request', () => {
  it("with an exchanged token are an editor's", () => {
    expect(open().toCopilotHeaders(exchanged)).toEqual({
      'editor-version': 'vscode/1.107.0',
      'editor-plugin-version': 'copilot-chat/0.35.0',
      'user-agent': 'GitHubCopilotChat/0.35.0',
      'copilot-integration-id': 'vscode-chat',
      'openai-intent': 'conversation-panel',
      'x-github-api-version': '2026-06-01',
      'x-request-id': expect.stringMatching(uuid),
      'x-initiator': 'user',
    });
  });

  it("with the GitHub token itself are nobody's but our own", () => {
    expect(open().toCopilotHeaders(direct)).toEqual({
      'user-agent': 'copilot-cli/1.2.3',
      'openai-intent': 'conversation-edits',
      'x-github-api-version': '2026-06-01',
      'x-request-id': expect.stringMatching(uuid),
      'x-initiator': 'user',
    });
  });

  it('with a fine-grained token name the one integration that it may name', () => {
    const headers = open().toCopilotHeaders({ ...direct, tokenKind: 'fine-grained' });
    expect(headers['copilot-integration-id']).toBe('copilot-developer-cli');
    expect(headers).not.toHaveProperty('editor-version');
  });

  it.each<TokenKind>(['oauth-app', 'github-app', 'installation', 'unknown'])(
    'with a token of the kind %s name no integration where it goes to Copilot itself',
    (tokenKind) => {
      expect(open().toCopilotHeaders({ ...direct, tokenKind })).not.toHaveProperty('copilot-integration-id');
    },
  );

  it.each(['exchanged', 'direct'] as const)(
    'for the list of models say so, and who asked is nobody: %s',
    (style) => {
      const headers = open().toCopilotHeaders({ style, tokenKind: 'oauth-app', purpose: 'model-access' });
      expect(headers['openai-intent']).toBe('model-access');
      expect(headers).not.toHaveProperty('x-initiator');
    },
  );

  it.each(['user', 'agent'] as const)('say who began: %s', (initiator) => {
    expect(open().toCopilotHeaders({ ...exchanged, initiator })['x-initiator']).toBe(initiator);
  });

  it('have another request id each time', () => {
    const identity = open();
    const ids = Array.from({ length: 5 }, () => identity.toCopilotHeaders(exchanged)['x-request-id']);
    expect(new Set(ids).size).toBe(5);
  });

  it('follow the settings', () => {
    const env = {
      GITHUB_COPILOT_EDITOR_VERSION: 'Zed/9',
      GITHUB_COPILOT_PLUGIN_VERSION: 'my-plugin/8',
      GITHUB_COPILOT_INTEGRATION_ID: 'jetbrains-chat',
      GITHUB_COPILOT_API_VERSION: '2027-01-01',
    };
    expect(open(env).toCopilotHeaders(exchanged)).toMatchObject({
      'editor-version': 'Zed/9',
      'editor-plugin-version': 'my-plugin/8',
      'user-agent': 'GitHubCopilotChat/8',
      'copilot-integration-id': 'jetbrains-chat',
      'x-github-api-version': '2027-01-01',
    });
  });
});

describe("the person's own headers", () => {
  const styles: [style: string, options: CopilotHeaderOptions][] = [
    ['exchanged', exchanged],
    ['direct', direct],
  ];

  it.each(styles)('are added: %s', (_, options) => {
    const headers = open({ GITHUB_COPILOT_EXTRA_HEADERS: 'X-Team:blue' }).toCopilotHeaders(options);
    expect(headers['x-team']).toBe('blue');
  });

  it.each(styles)('win by name however they are spelled: %s', (_, options) => {
    const extra =
      'Copilot-Integration-ID:mine,USER-AGENT:me/1,X-Initiator:agent,x-github-api-version:2027-02-02';
    expect(open({ GITHUB_COPILOT_EXTRA_HEADERS: extra }).toCopilotHeaders(options)).toMatchObject({
      'copilot-integration-id': 'mine',
      'user-agent': 'me/1',
      'x-initiator': 'agent',
      'x-github-api-version': '2027-02-02',
    });
  });

  it.each(styles)('leave every name in lower case and there once: %s', (_, options) => {
    const extra = JSON.stringify({ 'Editor-Version': 'a', 'X-REQUEST-ID': 'b', 'OpenAI-Intent': 'c' });
    const names = Object.keys(open({ GITHUB_COPILOT_EXTRA_HEADERS: extra }).toCopilotHeaders(options));
    expect(names).toEqual(names.map((name) => name.toLowerCase()));
    expect(new Set(names).size).toBe(names.length);
  });

  it('are not sent to GitHub', () => {
    expect(open({ GITHUB_COPILOT_EXTRA_HEADERS: 'X-Team:blue' }).toGithubHeaders()).not.toHaveProperty(
      'x-team',
    );
  });

  it('cannot replace the authorization', () => {
    const identity = open({ GITHUB_COPILOT_EXTRA_HEADERS: 'Authorization:Bearer x' });
    expect(() => identity.toCopilotHeaders(exchanged)).toThrow(expect.objectContaining({ code: 'config' }));
  });
});

describe('the headers of a request to GitHub', () => {
  it("are an editor's, for without them some accounts are refused", () => {
    expect(open().toGithubHeaders()).toEqual({
      'editor-version': 'vscode/1.107.0',
      'editor-plugin-version': 'copilot-chat/0.35.0',
      'user-agent': 'GitHubCopilotChat/0.35.0',
      'x-github-api-version': '2025-04-01',
    });
  });

  it('do not change with the API version of Copilot', () => {
    const env = { GITHUB_COPILOT_API_VERSION: '2027-01-01' };
    expect(open(env).toGithubHeaders()['x-github-api-version']).toBe('2025-04-01');
  });
});

it('calls itself by its name and version', () => {
  expect(open().userAgent).toBe('copilot-cli/1.2.3');
});
