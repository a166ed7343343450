import type { Http } from '../http/http.ts';
import { parseJson, toObject, toText } from '../json-value.ts';
import { toReachableUrl, toUrlHost } from '../loopback.ts';
import { limitTime } from '../pause.ts';

/** A server of ours, which another process runs. */
export type RunningServer = { url: string; version: string; pid: number | undefined };

/** A server on this machine answers at once, in milliseconds. */
const answerMs = 1_000;

/** The server of ours on this address, by what it says of itself at `/healthz`; undefined if another program is there. */
export async function findRunningServer(
  http: Http,
  { host, port, signal }: { host: string; port: number; signal: AbortSignal },
): Promise<RunningServer | undefined> {
  const url = toReachableUrl(`http://${toUrlHost(host)}:${port}`);
  try {
    const response = await http.send({
      method: 'GET',
      url: `${url}/healthz`,
      headers: {},
      isAnonymous: true,
      signal: limitTime(answerMs, signal),
    });
    const { name, version, pid } = toObject(parseJson(await response.text()));
    const number = toText(version) ?? '';
    // Words of another program are not printed.
    if (name !== 'copilot-cli' || !/^[\w.+-]{1,40}$/.test(number)) return undefined;
    return { url, version: number, pid: Number.isSafeInteger(pid) ? Number(pid) : undefined };
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}
