import { join } from 'node:path';
import { createCacheFile } from '../config/cache-file.ts';
import type { Context } from '../context.ts';
import { updateCommand } from '../hint.ts';
import { toNumber, toObject } from '../json-value.ts';
import { fetchNewest, isNewer } from './newest-release.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** How long the end of a command may wait for the registry, in milliseconds. */
const patienceMs = 1_000;

/**
 * Asks the npm registry once a day whether there is a newer version, and says so. Silent if the registry does not answer in time, or if the
 * time of the question cannot be kept: it would be asked at each command. Never throws.
 */
export async function tellNewerRelease(context: Context): Promise<void> {
  const cache = createCacheFile(join(context.cacheFolder, 'update-notice.json'));
  const readTime = (): number => toNumber(toObject(cache.read()).askedAt) ?? 0;
  const now = context.now();
  const sinceLast = now - readTime();
  // A clock that was set back must not end the questions.
  if (sinceLast >= 0 && sinceLast < dayMs) return;
  cache.write({ askedAt: now });
  if (readTime() !== now) return;
  try {
    const newest = await fetchNewest(await context.loadHttp(), context, patienceMs);
    if (/^\d{1,6}\.\d{1,6}\.\d{1,6}$/.test(newest) && isNewer(newest, context.version))
      context.notice(`copilot-cli ${newest} is out, and this is ${context.version}: ${updateCommand}`);
  } catch {
    // Tomorrow it is asked again.
  }
}
