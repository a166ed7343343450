import { expect, it } from 'vitest';
import { describeFileProblem } from '../src/file-problem.ts';

it.each([
  ['ENOSPC', /the disk is full \(ENOSPC\)/, /Make room/],
  ['EDQUOT', /quota/, /Make room/],
  ['EROFS', /read-only/, /another disk/],
  ['ENAMETOOLONG', /too long/, /shorter/],
  ['EACCES', /not allowed/, /who owns it/],
  ['ENOTDIR', /not a folder/, /path/],
])('says what happened and what to do for %s', (code, reason, hint) => {
  const problem = describeFileProblem(Object.assign(new Error('raw'), { code }));
  expect(problem.reason).toMatch(reason);
  expect(problem.hint).toMatch(hint);
});

it('has the code alone for the rest', () => {
  expect(describeFileProblem(Object.assign(new Error('raw'), { code: 'EODD' })).reason).toBe('EODD');
  expect(describeFileProblem(new Error('raw')).reason).toBe('unknown error');
});
