import type { Http, HttpResponse } from '../http/http.ts';
import type { GithubToken } from './credentials.ts';

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
