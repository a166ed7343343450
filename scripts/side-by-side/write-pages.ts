import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { programs } from './programs.ts';

/** Puts the screens of all programs beside one another, one page and one text a size and look. Returns the page of pages. */
export function writePages(target: string): string {
  const folders = readdirSync(target, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of folders) writePage(join(target, name), name);
  const index = join(target, 'index.html');
  const links = folders.map(({ name }) => `<li><a href="${name}/index.html">${name}</a>`);
  writeFileSync(index, `<!doctype html><title>Side by side</title><ul>${links.join('\n')}</ul>\n`);
  return index;
}

function writePage(folder: string, title: string): void {
  const shots = [...new Set(readdirSync(folder).flatMap((file) => /^(.+)\..+\.svg$/.exec(file)?.[1] ?? []))];
  const sections = shots.map((shot) => {
    const cells = programs.map(({ name }) => `<td><img src="${shot}.${name}.svg" alt="${name}">`);
    return `<h2>${shot}</h2><table><tr>${cells.slice(0, 2).join('')}<tr>${cells.slice(2).join('')}</table>`;
  });
  const style = '<style>img{max-width:100%}td{vertical-align:top}</style>';
  writeFileSync(
    join(folder, 'index.html'),
    `<!doctype html><title>${title}</title>${style}${sections.join('\n')}\n`,
  );
  for (const shot of shots) writeFileSync(join(folder, `${shot}.txt`), joinTexts(folder, shot));
}

function joinTexts(folder: string, shot: string): string {
  return programs
    .map(({ name, title }) => ({ title, path: join(folder, `${shot}.${name}.txt`) }))
    .filter(({ path }) => existsSync(path))
    .map(({ title, path }) => `==== ${title} ====\n${readFileSync(path, 'utf8')}`)
    .join('\n');
}
