import type { Http, HttpResponse } from '../http/http.ts';
import { type JsonObject, toObject, toText } from '../json-value.ts';
import { createBadCredentialsError, type GithubToken } from './credentials.ts';

export type GithubCallOptions = {
  http: Http;
  /** The identity that GitHub wants to see; without it some accounts get a 403. */
  headers: Record<string, string>;
  signal: AbortSignal;
};

const timeoutMs = 30_000;

/** A GET at GitHub's REST API in the name of the token's owner. */
export function callGithub(
  github: GithubToken,
  path: string,
  options: GithubCallOptions,
): Promise<HttpResponse> {
  return options.http.send({
    method: 'GET',
    url: github.github.apiUrl + path,
    headers: { ...options.headers, accept: 'application/json' },
    authorization: { scheme: 'token', secret: github.token },
    isApi: true,
    signal: options.signal,
    firstByteTimeoutMs: timeoutMs,
  });
}

/**
 * The account as Copilot sees it, `GET /copilot_internal/user`: plan, quota, hosts. An empty object if GitHub does not
 * show it to this kind of token. Throws AuthenticationError on 401, and `network`.
 */
export async function fetchCopilotUser(github: GithubToken, options: GithubCallOptions): Promise<JsonObject> {
  const response = await callGithub(github, '/copilot_internal/user', options);
  if (response.status === 200) return toObject(await response.json());
  await response.discard();
  if (response.status === 401) throw createBadCredentialsError(github);
  return {};
}

/**
 * The login name of the token's owner, `GET /user`; undefined if GitHub does not tell. Throws AuthenticationError on
 * 401, and `network`.
 */
export async function fetchAccountName(
  github: GithubToken,
  options: GithubCallOptions,
): Promise<string | undefined> {
  const response = await callGithub(github, '/user', options);
  if (response.status === 200) return toText(toObject(await response.json()).login);
  await response.discard();
  if (response.status === 401) throw createBadCredentialsError(github);
  return undefined;
}
