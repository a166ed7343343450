// Echoes keys, and says when a paste has ended: what a terminal takes for a program that does nothing with them.
let isPasting = false;
process.stdin.setRawMode(true);
process.stdout.write('\u001b[?2004hready\r\n');
process.stdin.setEncoding('latin1').on('data', (chunk) => {
  isPasting ||= chunk.startsWith('\u001b[200~');
  // Ctrl+U empties the line.
  if (!isPasting) process.stdout.write(chunk === '\u0015' ? '\r\u001b[K' : chunk);
  if (!isPasting || !chunk.endsWith('\u001b[201~')) return;
  isPasting = false;
  process.stdout.write('pasted\r\n');
});
