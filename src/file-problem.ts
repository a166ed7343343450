/** Why the system refused work on a file, as the end of a sentence, and what to do about it. */
export type FileProblem = { reason: string; hint: string };

const fullHint = 'Make room on that disk, then try again.';
const rightsHint = 'Check who owns it and who may use it.';

const problems: Record<string, FileProblem> = {
  ENOSPC: { reason: 'the disk is full', hint: fullHint },
  EDQUOT: { reason: 'your quota on that disk is used up', hint: fullHint },
  EROFS: { reason: 'the disk is read-only', hint: 'Use a folder on another disk, or mount it for writing.' },
  ENAMETOOLONG: { reason: 'the name is too long', hint: 'Use a shorter path.' },
  EACCES: { reason: 'you are not allowed to', hint: rightsHint },
  EPERM: { reason: 'you are not allowed to', hint: rightsHint },
  ENOENT: { reason: 'there is no such file or folder', hint: 'Check the path.' },
  ENOTDIR: { reason: 'a part of the path is not a folder', hint: 'Check the path.' },
  EISDIR: { reason: 'it is a folder', hint: 'Move the folder away, or name a file.' },
  ELOOP: { reason: 'its links lead in a circle', hint: 'Check the links in the path.' },
  EFTYPE: { reason: 'it is not a regular file', hint: 'Move it away, or name a regular file.' },
  EFBIG: { reason: 'it is too large', hint: 'Move it away.' },
  EIO: { reason: 'the disk reports an error', hint: 'Check the disk.' },
  EBUSY: { reason: 'another program uses it', hint: 'Close the other program, then try again.' },
  EMFILE: { reason: 'too many files are open', hint: 'Close other programs, then try again.' },
};

/** Whether the disk failed, and not the person who named the file. */
export function isDiskFailure(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EIO'].includes(String((error as { code?: unknown }).code));
}

/** Words and code for the common errors, and the code alone for others. */
export function describeFileProblem(error: unknown): FileProblem {
  const { code = 'unknown error' } = error as { code?: string };
  const problem = problems[code];
  if (problem === undefined) return { reason: code, hint: rightsHint };
  return { ...problem, reason: `${problem.reason} (${code})` };
}
