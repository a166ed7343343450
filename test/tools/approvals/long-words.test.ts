import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createApprovals } from '../../../src/tools/approvals/approvals.ts';
import type { ApprovalRequest } from '../../../src/tools/tool.ts';
import { createFolder } from '../../helpers/folder.ts';

/** As much as a command that is looked at may have. */
const length = 9_900;
const fill = (text: string): string => text.repeat(Math.ceil(length / text.length)).slice(0, length);

function toRequest(command: string): ApprovalRequest {
  const run = () => Promise.reject(new Error('never runs'));
  const plan = { accesses: [{ kind: 'shell' as const, command }], summary: 'what it does', run };
  const effect = 'execute' as const;
  const tool = {
    name: 'bash',
    title: 'Run',
    description: '',
    inputSchema: {},
    effect,
    plan: async () => plan,
  };
  return { tool, plan };
}

describe('a command of nearly ten thousand characters', () => {
  it.each([
    ['blanks behind an option of ssh', `ssh -o 'StrictHostKeyChecking${fill(' ')}!' h ls`],
    ['blanks and equals signs behind one', `ssh -o 'Port${fill(' =')}!' h ls`],
    ['variables in the words for another', `cat "\${x:-${fill('$aa')}"`],
    ['braces in the words for another', `cat "\${x:-${fill(`\${a}`)}"`],
    ['nested words for another', `cat "${fill(`\${x:-$a`)}"`],
    ['brackets of sed', `sed 's/${fill('[[:')}/x/' a`],
    ['brackets of sed that end', `sed 's/${fill('[[:a:]')}/x/' a`],
    ['the path of a package', `node 'node_modules/${fill('a')}!'`],
    ['folders of packages', `node '${fill('node_modules/')}!'`],
    ['dots of a package', `node 'node_modules/${fill('.js')}!'`],
  ])(
    'is judged in time that grows with its length: %s',
    async (_, command) => {
      const folder = createFolder({ 'w/a': '' });
      const { approve } = createApprovals({
        folder: join(folder, 'w'),
        home: folder,
        flags: { allow: ['shell(cat:*)', 'shell(ssh:*)', 'shell(sed:*)', 'shell(node:*)'] },
        onNotice: () => {},
      });
      const startedAt = performance.now();
      await approve(toRequest(command), new AbortController().signal);
      // Under load it takes a second; what grows faster, minutes.
      expect(performance.now() - startedAt).toBeLessThan(1_000);
    },
    10_000,
  );
});
