import type { FetchLike } from '@modelcontextprotocol/client';
import { CliError } from '../../errors.ts';
import { isLoopback } from '../../loopback.ts';
import { refuseLead } from '../../private-host.ts';
import { toOneLine } from '../../terminal-text.ts';

/** Watches where a server sends us for its sign-in. */
export type Guard = {
  /** Throws what `check` throws, and sends nothing then. */
  fetch: FetchLike;
  /** Throws CliError `auth_required` for a URL where the server may not send us. */
  check(url: URL): void;
  /** What was thrown first. The client goes on without some answers, and then fails for another reason. */
  readonly refusal: CliError | undefined;
};

/** Only a server on this machine may send us to this machine or another private host, and none from https to http. */
export function createGuard(server: URL, fetch: FetchLike): Guard {
  let refusal: CliError | undefined;
  // Metadata that came by https name nothing without it.
  let from = server;

  function check(to: URL): void {
    if (to.origin === server.origin) return;
    const first = isLoopback(server.hostname) ? to : server;
    const reason = refuseLead({ first, from, to });
    if (reason === undefined) return;
    const name = toOneLine(`${to.origin}${to.pathname}`).slice(0, 200);
    const error = new CliError(
      'auth_required',
      `the server sends the sign-in to ${name}, which ${reason}; nothing was sent there`,
    );
    refusal ??= error;
    throw error;
  }

  return {
    async fetch(address, init) {
      const url = new URL(address);
      check(url);
      if (url.protocol === 'https:') from = url;
      return fetch(address, init);
    },
    check,
    get refusal() {
      return refusal;
    },
  };
}
