import { expect, it } from 'vitest';
import { readsLines } from '../../src/terminal/shell-text.ts';

it.each([
  'while read -r l; do\n  ask "w $l"\ndone',
  'while read -r l; do echo "$l: $(ask "w $l")"; done',
  '#!/bin/sh\n# It doesn\'t ask.\nwhile IFS= read -r l\ndo\n\task "it\'s $l"\ndone',
  "while IFS=$'\\t' read -r a b; do ask $a; done",
  'until ! read l; do ask; done',
  'read -r head\nask "$head"',
  'read -r head && ask "$head" < file',
  'mapfile -t lines; for l in $lines; do ask "$l"; done',
  'while :; do read -r l || break; ask "$l"; done',
  'f() { while read l; do ask; done; }; f',
  'while read l; do for f in a b; do ask; done < other; done',
  'cat > note <<E\nsome words\nE\nwhile read l; do ask; done',
  'while read -l l\n  ask "w $l"\nend',
  'set l (read); ask $l',
  'x=`read l; echo $l`',
  'true || read l',
  'if read -r l; then ask; fi',
])('a shell takes lines of its stdin: %j', (text) => {
  expect(readsLines(text)).toBe(true);
});

it.each([
  'ask words',
  'ask "Review this:\nread it carefully"',
  "ask 'first; read it'",
  'ask <<E\nread this\nE',
  'ask "$(cat <<\'E\'\nread this; read that\nE\n)"',
  '# while read l; do\nask words # ; read',
  'while read l; do echo $l; done < names\nask words',
  'while read l; do\n  if x; then\n    echo $l\n  fi\ndone < <(git log)\nask words',
  'while read l; do for f in a b; do echo; done; done < names\nask words',
  'while read l; do echo $l; done <<E\na\nE\nask words',
  'while read l; do echo $l; done <<< "$names"; ask words',
  'git ls-files | while read -r f; do wc "$f"; done; ask words',
  'git ls-files |\n  while IFS= read -r f; do wc "$f"; done; ask words',
  'git log | { read -r first; echo "$first"; }; ask words',
  'read -r yes < /dev/tty; ask words',
  'read -r version <<< "$x"; ask words',
  'while read -u 3 l; do echo; done 3< names; ask words',
  'while read l <&3; do echo; done 3< names; ask words',
  'readonly x=1; read_file; cat read; ask --read; read-it; read=1',
  'while :; do read l || break; done < names; ask words',
])('a shell leaves its stdin alone: %j', (text) => {
  expect(readsLines(text)).toBe(false);
});

it.each([
  ['cat lines | while read -l l; ask "w $l"; end', true],
  ['cat lines | begin; read -l l; ask "w $l"; end', true],
  ['echo data | begin; ask words; end', false],
])('a shell that runs the end of a pipeline itself may take its lines: %j', (text, isRead) => {
  expect(readsLines(text, true)).toBe(isRead);
});

it('a long text of signs takes no time', () => {
  const start = performance.now();
  for (const sign of ["'", '"', '<<E ', 'do ', ' read', '\\', 'while ', 'a=b ', '|', '\n ', 'read;'])
    readsLines(sign.repeat(5_000));
  expect(performance.now() - start).toBeLessThan(5_000);
});
