// npm runs this before it publishes: a package with placeholders would send its users nowhere.
import { readFileSync } from 'node:fs';

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const fields = ['repository', 'bugs', 'homepage', 'author'];
const unfit = fields.filter((field) => {
  const text = JSON.stringify(manifest[field] ?? 'OWNER');
  return text.includes('OWNER');
});

if (unfit.length > 0) {
  console.error(
    `package.json still has placeholders in: ${unfit.join(', ')}. Replace OWNER before you publish.`,
  );
  process.exitCode = 1;
}
