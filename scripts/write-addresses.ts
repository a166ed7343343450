// Writes the address of the repository, as `repository` of package.json has it, into all else that names it.
import { readFileSync, writeFileSync } from 'node:fs';
import { deriveAddresses, readAddress } from './release/addresses.ts';

const address = readAddress(JSON.parse(readFileSync('package.json', 'utf8')));
for (const path of ['package.json', 'README.md'])
  writeFileSync(path, deriveAddresses(readFileSync(path, 'utf8'), address));
