import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The licence texts of the packages whose code a bundle contains, which their licences ask us to ship with it. */
export function licenceText(root, metafile) {
  const packages = new Set();
  for (const input of Object.keys(metafile.inputs)) {
    const match = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (match) packages.add(match[1]);
  }
  /** By the text that grants the permission, whatever the width of its lines. */
  const groups = new Map();
  for (const name of [...packages].sort()) {
    const folder = join(root, 'node_modules', name);
    const description = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const { head, permission } = splitLicence(readLicence(folder, description));
    const key = permission.replaceAll(/\s+/g, ' ');
    const group = groups.get(key) ?? { holders: [], permission };
    group.holders.push(`${name} ${description.version}\n${head}`);
    groups.set(key, group);
  }
  return [...groups.values()]
    .map(({ holders, permission }) => `${holders.join('\n\n')}\n\n${permission}\n`)
    .join('\n----------------------------------------\n\n');
}

/** Many packages share the words of a licence, which stand below all of their names and holders. */
function splitLicence(text) {
  const start = text.search(/^Permission (?:is hereby granted|to use, copy)/m);
  return start === -1
    ? { head: '', permission: text }
    : { head: text.slice(0, start).trim(), permission: text.slice(start) };
}

/** A few packages name their licence and holder, and leave the text out. */
function readLicence(folder, { name, license, author }) {
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (file) return readFileSync(join(folder, file), 'utf8').trim();
  const holder = typeof author === 'string' ? author : author?.name;
  if (license !== 'MIT' || !holder) throw new Error(`${name} has no licence file to ship`);
  return `Copyright (c) ${holder}\n\n${mitText}`;
}

const mitText = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation
files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify,
merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished
to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE
FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION
WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;
