import type { Http, HttpResponse } from '../http/http.ts';
import { type JsonObject, toObject, toText } from '../json-value.ts';
import { createBadCredentialsError, type GithubToken } from './credentials.ts';

export type GithubCallOptions = {
  http: Http;
  /** Without these, GitHub answers some accounts with 403. */
  headers: Record<string, string>;
  signal: AbortSignal;
};

const timeoutMs = 30_000;

/** A GET at GitHub's REST API with the token. */
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

/** `GET /copilot_internal/user`; empty if this token may not see it. Throws AuthenticationError on 401, and `network`. */
export async function fetchCopilotUser(github: GithubToken, options: GithubCallOptions): Promise<JsonObject> {
  const response = await callGithub(github, '/copilot_internal/user', options);
  if (response.status === 200) return toObject(await response.json());
  await response.discard();
  if (response.status === 401) throw createBadCredentialsError(github);
  return {};
}

/** The token owner's name, `GET /user`; undefined if hidden. Throws AuthenticationError on 401, and `network`. */
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
