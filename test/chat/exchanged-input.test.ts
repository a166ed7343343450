import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readNamedFile } from '../../src/chat/named-file.ts';
import { collectInput } from '../../src/chat/say.ts';
import type { Context } from '../../src/context.ts';
import type { Model } from '../../src/copilot/model.ts';
import { toTyped } from '../../src/prompt-text.ts';
import { exchangeAtEach, exchangeForLink } from '../helpers/exchanges.ts';
import { createFolder } from '../helpers/folder.ts';

type Place = { home: string; cwd: string; outside: string };

const toPdf = (text: string): string => `%PDF-1.7\n%${text}\n`;
const mine = 'mine';
const outside = 'OUTSIDE';
const signs = [outside, Buffer.from(toPdf(outside)).toString('base64')];

function create(): Place {
  const home = createFolder({
    'outside/a.md': outside,
    'outside/a.pdf': toPdf(outside),
    'work/docs/a.md': mine,
    'work/docs/a.pdf': toPdf(mine),
    'work/b.md': mine,
    'work/c.pdf': toPdf(mine),
  });
  return { home, cwd: join(home, 'work'), outside: join(home, 'outside') };
}

/** What would be sent, or the error. */
async function collect(place: Place, prompt: string, attachments: string[]): Promise<string> {
  const context = {
    ...place,
    env: {},
    configFolder: join(place.home, 'config'),
    warn: () => {},
    beginWait: () => ({ end: () => {} }),
  } as unknown as Context;
  const model = { id: 'm', abilities: ['vision'] as string[], imageTypes: [] as string[] } as Model;
  const { signal } = new AbortController();
  return collectInput(context, { prompt: toTyped(prompt), files: [], attachments, model, signal }).then(
    ({ parts }) => JSON.stringify(parts),
    (error: Error) => error.message,
  );
}

describe.runIf(process.platform !== 'win32')(
  'what another program exchanges for a link while we read',
  () => {
    it.each<[name: string, prompt: string, attachments: string[], exchanged: string, target: string]>([
      ['a file that a prompt mentions', 'see @b.md', [], 'b.md', 'a.md'],
      ['the folder of a file that a prompt mentions', 'see @docs/a.md', [], 'docs', ''],
      ['a folder that a prompt mentions', 'see @docs', [], 'docs', ''],
      ['a document that a prompt mentions', 'see @c.pdf', [], 'c.pdf', 'a.pdf'],
      ['a document', 'see', ['c.pdf'], 'c.pdf', 'a.pdf'],
      ['the folder of a document', 'see', ['docs/a.pdf'], 'docs', ''],
    ])('is not sent: %s', async (_, prompt, attachments, exchanged, target) => {
      const results = await exchangeAtEach({
        create,
        exchange: (place) => exchangeForLink(join(place.cwd, exchanged), join(place.outside, target)),
        use: (place) => collect(place, prompt, attachments),
      });
      for (const sign of signs) expect(results.join('\n')).not.toContain(sign);
      expect(results.at(-1)).toMatch(/mine|"type":"document"/);
      expect(results.join('\n')).toContain(
        'cannot be read: something else has taken its place in the meantime',
      );
    });

    it('is not read as a schema or a list of tools', async () => {
      const reading = { configFolder: '/nowhere', person: { home: '/nowhere', env: {} } };
      const { signal } = new AbortController();
      const results = await exchangeAtEach({
        create: () => {
          const place = create();
          // In a repository, links are not the person's own.
          mkdirSync(join(place.cwd, '.git'));
          return place;
        },
        exchange: (place) => exchangeForLink(join(place.cwd, 'b.md'), join(place.outside, 'a.md')),
        use: ({ cwd }) =>
          readNamedFile(join(cwd, 'b.md'), { ...reading, name: 'b.md', hint: 'Check it.', signal }).catch(
            (error: { message: string; hint: string }) => `${error.message}: ${error.hint}`,
          ),
      });
      expect(results.join('\n')).not.toContain(outside);
      expect(results.at(-1)).toBe(mine);
      expect(results.join('\n')).toMatch(
        /^b\.md cannot be read: something else has taken its place in the meantime: Nothing was sent\. Find out/m,
      );
    });
  },
);
