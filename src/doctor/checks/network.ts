import { advise, type Hint, joinHints, run } from '../../hint.ts';
import type { CertificateSource } from '../../http/certificate-sources.ts';
import type { Handshake } from '../../http/handshake.ts';
import { type HttpProxy, type NetworkStage, toNetworkStage } from '../../http/network-error.ts';
import { after, type Finding, joinFindings, type Outcome, ok, skip, toFinding, warn } from '../check.ts';

/** What a host answered to a request without credentials. */
export type Answer = { status: number; date: string | undefined };

/** How GitHub's API was reached. */
export type Reach = {
  url: URL;
  proxy: HttpProxy | undefined;
  /** The way that every request goes. */
  answer: Outcome<Answer>;
  /** The way around the proxy; undefined if there is none. */
  direct: Outcome<Answer> | undefined;
  /** Undefined for an `http:` URL, and after a failure before the handshake. */
  handshake: Outcome<Handshake> | undefined;
};

const order: NetworkStage[] = ['proxy', 'dns', 'tls', 'ca', 'answer'];
/** The check that reports a stage. */
const checkOf: Record<NetworkStage, string> = {
  proxy: 'proxy',
  dns: 'dns',
  tls: 'tls',
  ca: 'ca',
  answer: 'github',
};

/** The check that reports why GitHub was not reached; undefined if it was. */
export function findBroken(reach: Reach): string | undefined {
  const broken = findBrokenStage(reach);
  return broken && checkOf[broken];
}

function findBrokenStage({ answer, handshake }: Reach): NetworkStage | undefined {
  if (answer.ok) return undefined;
  const stage = toNetworkStage(answer.error);
  // With TLS 1.3, what a server says about certificates may come only after the handshake.
  return stage === 'answer' && handshake && !handshake.ok && toNetworkStage(handshake.error) === 'tls'
    ? 'tls'
    : stage;
}

/** The finding for one stage, if it or a stage before it is the broken one. */
function findAt(stage: NetworkStage, reach: Reach): Finding | undefined {
  const broken = findBrokenStage(reach);
  if (broken === undefined || reach.answer.ok || order.indexOf(stage) < order.indexOf(broken))
    return undefined;
  return stage === broken ? toFinding(reach.answer.error) : after(checkOf[broken]);
}

export function checkProxy(
  reach: Reach,
  env: { allProxy: boolean; oddNoProxy?: readonly string[] },
): Finding {
  const { proxy, direct } = reach;
  const broken = findAt('proxy', reach);
  if (broken && proxy && direct?.ok) {
    const around: Hint = `Without the proxy ${reach.url.host} answers: unset ${proxy.variable}, or add ${reach.url.hostname} to NO_PROXY.`;
    return { ...broken, fix: joinHints(broken.fix, around) };
  }
  if (broken) return broken;
  const { oddNoProxy = [] } = env;
  if (proxy && oddNoProxy.length > 0)
    return {
      ...warn(
        `NO_PROXY has ${oddNoProxy.join(', ')}, which covers nothing`,
        'Write a name such as example.com, an address, or a block such as 10.0.0.0/8.',
      ),
      report: 'NO_PROXY has entries that cover nothing',
    };
  if (proxy) {
    const without = direct?.ok ? 'answers' : 'does not answer';
    return ok(`${proxy.address}, from ${proxy.variable}; without it ${reach.url.host} ${without}`);
  }
  if (env.allProxy)
    return warn('ALL_PROXY is set, which is not read', 'Set HTTPS_PROXY to the URL of an HTTP proxy.');
  return ok(`none for ${reach.url.host}`);
}

export function checkDns(reach: Reach, addresses: Outcome<string[]> | undefined): Finding {
  const { url, proxy } = reach;
  const broken = findAt('dns', reach);
  if (broken?.status === 'fail' && addresses?.ok === false) return toFinding(addresses.error);
  if (broken) return broken;
  if (proxy) return skip('the proxy resolves names');
  if (addresses === undefined) return skip(`${url.hostname} is an address`);
  if (!addresses.ok) return toFinding(addresses.error, reach.answer.ok ? 'warn' : 'fail');
  return ok(`${url.hostname} is ${addresses.value.slice(0, 3).join(', ')}`);
}

const dayMs = 86_400_000;

export function checkTls(reach: Reach, now: number): Finding {
  const { url, handshake } = reach;
  if (url.protocol === 'http:') return skip(`${url.origin} is on this machine`);
  const broken = findAt('tls', reach);
  if (broken?.status === 'fail' && handshake && !handshake.ok) return toFinding(handshake.error);
  if (broken) return broken;
  if (handshake === undefined) return after('github');
  if (!handshake.ok) return toFinding(handshake.error, 'warn');
  const { protocol, issuer, validTo } = handshake.value;
  const days = Math.floor((validTo - now) / dayMs);
  return ok(`${protocol}; ${url.hostname} has a certificate from ${issuer}, valid for ${days} more days`);
}

export function checkCa(reach: Reach, sources: readonly CertificateSource[]): Finding {
  if (reach.url.protocol === 'https:') {
    const broken = findAt('ca', reach);
    const { handshake } = reach;
    if (broken?.status === 'fail' && handshake?.ok)
      return { ...broken, detail: `${broken.detail}: ${handshake.value.issuer} signed it` };
    if (broken) return broken;
  }
  const problems = sources.flatMap(({ name, path, problem }) =>
    problem === undefined
      ? []
      : [warn(`${name} names ${path}, which ${problem}`, `Correct ${name}, or unset it.`)],
  );
  const named = sources.filter(({ path }) => path !== undefined);
  const counts = named.map(({ name, path, certificates }) => `${certificates.length} of ${name} (${path})`);
  return (
    joinFindings(problems) ?? ok(counts.length === 0 ? "Node's own" : `Node's own, and ${counts.join(', ')}`)
  );
}

export function checkGithub(reach: Reach): Finding {
  const broken = findAt('answer', reach);
  if (broken) return broken;
  const status = reach.answer.ok ? reach.answer.value.status : 0;
  if (status >= 500)
    return warn(`${reach.url.host} answers with status ${status}`, 'See https://www.githubstatus.com');
  return ok(`${reach.url.host} answers`);
}

/** Copilot tokens live for half an hour, and certificates have a beginning and an end. */
const maxSkewMs = 120_000;

export function checkClock(reach: Reach, now: number, platform: NodeJS.Platform): Finding {
  const { answer } = reach;
  if (!answer.ok) return after(findBroken(reach) ?? 'github');
  const theirs = Date.parse(answer.value.date ?? '');
  if (Number.isNaN(theirs)) return skip(`${reach.url.host} does not say the time`);
  const skewMs = now - theirs;
  if (Math.abs(skewMs) <= maxSkewMs) return ok(`within ${Math.ceil(Math.abs(skewMs) / 1000)} s of GitHub's`);
  const minutes = Math.round(Math.abs(skewMs) / 60_000);
  return warn(
    `the clock of this machine is ${minutes} min ${skewMs > 0 ? 'ahead of' : 'behind'} GitHub's`,
    clockFixes[platform] ?? 'Set the clock of this machine.',
  );
}

const clockFixes: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'sudo timedatectl set-ntp true',
  darwin: 'sudo sntp -sS time.apple.com',
  win32: 'w32tm /resync',
};

/** The Copilot API of the account. */
export function checkEndpoint(endpoint: { url: string; source: string }, answer: Outcome<Answer>): Finding {
  if (!answer.ok) {
    const named =
      endpoint.source === 'setting' ? [advise`See who sets base-url: ${run('config list')}.`] : [];
    const finding = toFinding(answer.error);
    return { ...finding, fix: named.reduce<Hint | undefined>(joinHints, finding.fix) };
  }
  const { status } = answer.value;
  if (status >= 500)
    return warn(`${endpoint.url} answers with status ${status}`, 'See https://www.githubstatus.com');
  return ok(`${endpoint.url} answers`);
}
