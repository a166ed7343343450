// Echoes what is typed, and says when a paste has ended: what a terminal takes without a program that does anything.
process.stdin.setRawMode(true);
process.stdout.write('\u001b[?2004hready\r\n');
let length = 0;
process.stdin.on('data', (chunk) => {
  length += chunk.length;
  if (length < 1_000) process.stdout.write(chunk);
  if (chunk.includes('\u001b[201~')) process.stdout.write('\r\npasted\r\n');
  if (length > 1_000) length = 0;
});
