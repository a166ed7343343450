import { chmodSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { sumCounts } from '../../../src/server/usage/counts.ts';
import { createUsageLog } from '../../../src/server/usage/usage-log.ts';
import { toModels, toSummary } from '../../../src/server/usage/usage-views.ts';
import { createFolder } from '../../helpers/folder.ts';
import { onTestEnd } from '../../helpers/overlapping.ts';
import { createAnswer } from '../answers.ts';

const start = Date.parse('2026-07-01T12:00:00Z');

function openLog(folder: string) {
  const notices: string[] = [];
  const log = createUsageLog({ folder, now: () => start, onNotice: (notice) => void notices.push(notice) });
  onTestEnd(() => log.close());
  return { ...log, notices };
}

describe('the usage log', () => {
  it('sums by session and by model', async () => {
    const log = openLog(createFolder());
    log.record(createAnswer({ session: 'one' }));
    log.record(createAnswer({ session: 'one', at: start + 60_000, model: 'gpt-5.2' }));
    log.record(createAnswer({ session: 'two', failure: 'upstream', usage: undefined, status: 502 }));
    const state = await log.read();
    expect(toSummary(state)).toMatchObject({
      totalSessions: 2,
      totalRequests: 3,
      totalTokens: 240,
      averageTokensPerRequest: 80,
      failures: 1,
      inputTokens: 200,
      cachedInputTokens: 80,
      outputTokens: 40,
      reasoningTokens: 10,
      credits: 1,
      creditsEstimated: false,
      firstRequestTime: '2026-07-01T12:00:00.000Z',
      lastRequestTime: '2026-07-01T12:01:00.000Z',
      models: [
        { model: 'claude-sonnet-5', requests: 2, failures: 1, inputTokens: 100 },
        { model: 'gpt-5.2', requests: 1, failures: 0, inputTokens: 100 },
      ],
    });
    expect([...state.sessions.keys()]).toEqual(['one', 'two']);
  });

  it('says if credits are estimated', async () => {
    const log = openLog(createFolder());
    const usage = { ...createAnswer().usage, credits: undefined, estimatedCredits: 0.25 };
    log.record(createAnswer({ usage: usage as never }));
    expect(toSummary(await log.read())).toMatchObject({ credits: 0.25, creditsEstimated: true });
  });

  it('names a session without a name for its caller, and never reveals a key', async () => {
    const folder = createFolder();
    const log = openLog(folder);
    log.record(createAnswer({ caller: 'canary-key' }));
    log.record(createAnswer({ session: 'Bearer ghu_canary0123456789' }));
    await log.close();
    const written = readFileSync(join(folder, 'usage.json'), 'utf8');
    expect(written).toMatch(/"caller-[0-9a-f]{12}"/);
    expect(written).toContain('[secret]');
    expect(written).not.toContain('canary');
  });

  it('goes on after a restart, in a file that is its owner’s alone', async () => {
    const folder = createFolder();
    const before = openLog(folder);
    before.record(createAnswer());
    before.recordQuota({
      kind: 'chat',
      entitlement: 300,
      percentRemaining: 87.5,
      overageUsed: undefined,
      overagePermitted: false,
      resetsAt: undefined,
    });
    await before.close();
    expect(statSync(join(folder, 'usage.json')).mode & 0o777).toBe(0o600);
    const after = openLog(folder);
    after.record(createAnswer());
    expect(toSummary(await after.read())).toMatchObject({
      totalRequests: 2,
      quota: { at: '2026-07-01T12:00:00.000Z', percentRemaining: 87.5 },
    });
  });

  it('loses nothing if several servers count at the same time', async () => {
    const folder = createFolder();
    const logs = Array.from({ length: 4 }, () => openLog(folder));
    for (let round = 0; round < 5; round += 1) {
      for (const log of logs) for (let time = 0; time < 10; time += 1) log.record(createAnswer());
      await Promise.all(logs.map((log) => log.close()));
    }
    const state = await openLog(folder).read();
    expect(sumCounts(toModels(state).values())).toMatchObject({ requests: 200, inputTokens: 20_000 });
    expect(logs.flatMap(({ notices }) => notices)).toEqual([]);
  });

  it('writes by itself, at most once a second', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const folder = createFolder();
    const log = openLog(folder);
    log.record(createAnswer());
    vi.advanceTimersByTime(999);
    expect(readdirSync(folder)).toEqual([]);
    log.record(createAnswer());
    vi.advanceTimersByTime(1);
    vi.useRealTimers();
    await vi.waitFor(
      () =>
        expect(JSON.parse(readFileSync(join(folder, 'usage.json'), 'utf8'))).toMatchObject({
          sessions: [{ models: [{ requests: 2 }] }],
        }),
      { timeout: 10_000 },
    );
    await log.close();
  });

  it('sets a broken file aside, and says so', async () => {
    const folder = createFolder({ 'usage.json': '{"sessions":' });
    const log = openLog(folder);
    log.record(createAnswer());
    expect(toSummary(await log.read())).toMatchObject({ totalRequests: 1 });
    expect(log.notices).toEqual([expect.stringMatching(/usage\.json was not valid JSON; it is kept as/)]);
    expect(readdirSync(folder).sort()).toEqual(['usage.json', expect.stringMatching(/^usage\.json\.bad-/)]);
  });

  it('makes what it can of a file that makes little sense', async () => {
    const content = {
      sessions: [
        7,
        { id: 'x' },
        { id: 'y', startedAt: 1e300 },
        { id: 'z', startedAt: 5, models: [{ model: 'm', requests: -3, credits: 'x' }] },
      ],
      folded: 'none',
      hours: { a: 1 },
      quota: { at: 1e300, snapshot: {} },
    };
    const log = openLog(createFolder({ 'usage.json': JSON.stringify(content) }));
    expect(toSummary(await log.read())).toMatchObject({ totalSessions: 1, totalRequests: 0, quota: null });
  });

  it('keeps the counts of this run if the disk is not writable, and says so once', async () => {
    const log = openLog(join(createFolder({ file: 'in the way' }), 'file'));
    log.record(createAnswer());
    await log.close();
    log.record(createAnswer());
    expect(toSummary(await log.read())).toMatchObject({ totalRequests: 2 });
    expect(log.notices).toEqual([expect.stringContaining('cannot be saved')]);
  });

  it('stays small, and keeps the sums', async () => {
    const folder = createFolder();
    const log = openLog(folder);
    for (let at = 0; at < 500; at += 1)
      log.record(
        createAnswer({ session: `session-${at}`, at: start + at * 3_600_000, model: `model-${at}` }),
      );
    const state = await log.read();
    expect(state.sessions.size).toBe(200);
    expect([...state.sessions.keys()]).toContain('session-499');
    expect(state.hours.size).toBe(48);
    const models = toModels(state);
    expect(models.size).toBeLessThanOrEqual(64);
    expect(toSummary(state)).toMatchObject({
      totalSessions: 500,
      totalRequests: 500,
      totalTokens: 60_000,
      firstRequestTime: '2026-07-01T12:00:00.000Z',
    });
  });

  it('keeps no name of a model that does not exist', async () => {
    const log = openLog(createFolder());
    log.record(createAnswer({ model: 'made-up', failure: 'model', status: 404, usage: undefined }));
    expect([...toModels(await log.read()).keys()]).toEqual(['other']);
  });

  it('is readable for its owner alone, even if the folder was open', async () => {
    const folder = createFolder();
    chmodSync(folder, 0o755);
    const log = openLog(folder);
    log.record(createAnswer());
    await log.close();
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });
});
