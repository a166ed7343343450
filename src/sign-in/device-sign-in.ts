import type { GithubHost } from '../auth/credentials.ts';
import {
  type DeviceCode,
  type DeviceFlowOptions,
  pollDeviceFlow,
  startDeviceFlow,
} from '../auth/device-flow.ts';
import type { Context } from '../context.ts';
import { isWebPage } from '../loopback.ts';
import type { Secret } from '../secret.ts';
import { paint } from '../terminal/io.ts';
import { toOneLine } from '../terminal-text.ts';
import { startCountdown } from './countdown.ts';

export type DeviceSignInOptions = { github: GithubHost; browser: boolean };

/**
 * The device flow as a person sees it: the code and where to type it, before anything else; then the code in the clipboard and
 * the page in the browser, where those work; then a countdown until it is approved. Gives the GitHub token.
 */
export async function signInByDevice(
  context: Context,
  { github, browser }: DeviceSignInOptions,
): Promise<Secret> {
  const { stderr } = context.io;
  const flow = await toDeviceFlow(context, github);
  const wait = context.beginWait('Asking GitHub for a one-time code');
  const code = await startDeviceFlow(flow).finally(wait.end);
  const userCode = paint(stderr, 'bold', toOneLine(code.userCode));
  await stderr.write(
    `Your one-time code: ${userCode}\nType it at:         ${toOneLine(code.verificationUri)}\n`,
  );
  // Both may take a second, and the person may be faster: it goes on beside the polling, and ends with it.
  const over = new AbortController();
  void helpAlong(context, code, browser, over.signal);
  if (stderr.isTerminal && !stderr.canRedraw) await stderr.write('Waiting for you to approve it.\n');
  const countdown = startCountdown({
    output: stderr,
    label: 'Waiting for you to approve it; time left',
    until: code.expiresAt,
    now: context.now,
  });
  try {
    return await pollDeviceFlow(flow, code);
  } finally {
    over.abort();
    await countdown.stop();
  }
}

/** The device flow of this person's settings, at this GitHub. */
export async function toDeviceFlow(context: Context, github: GithubHost): Promise<DeviceFlowOptions> {
  return {
    http: await context.loadHttp(),
    serverUrl: github.serverUrl,
    clientId: context.settings.get('client-id').value ?? '',
    userAgent: context.userAgent,
    signal: context.signal,
    now: context.now,
  };
}

/** The countdown stands there. */
const eraseLine = '\r\u001b[2K';

async function helpAlong(
  context: Context,
  code: DeviceCode,
  browser: boolean,
  over: AbortSignal,
): Promise<void> {
  const { stderr } = context.io;
  if (!stderr.isTerminal) return;
  const say = async (sentence: string): Promise<void> => {
    const { wrapText } = await import('../terminal/wrap-text.ts');
    const rows = wrapText(sentence, stderr.columns).join('\n');
    if (!over.aborted) await stderr.write(`${stderr.canRedraw ? eraseLine : ''}${rows}\n`);
  };
  if ((await context.copyText(code.userCode, over)) === 'copied') await say('The code is in your clipboard.');
  if (!browser || over.aborted || !context.canOpenUrl) return;
  // The URL comes from a server.
  if (!isWebPage(code.verificationUri)) {
    await say(
      'The page was not opened, because its URL does not begin with https://. Check it before you type the code there.',
    );
    return;
  }
  const opened = await context.openUrl(code.verificationUri);
  await say(
    opened ? 'The page is open in your browser.' : 'No browser could be opened. Open the page yourself.',
  );
}
