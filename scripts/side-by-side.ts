// Opens our chat and three others on the same simulated service, and writes their screens beside one another:
// `npm run side-by-side -- FOLDER [PROGRAM…] [--size 80x24]… [--look dark]… [--row NAME]… [--workers N]`.
import { parseArgs } from 'node:util';
import { runSideBySide } from './side-by-side/run-side-by-side.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    size: { type: 'string', multiple: true },
    look: { type: 'string', multiple: true },
    row: { type: 'string', multiple: true },
    workers: { type: 'string' },
  },
});
const [folder, ...programs] = positionals;

if (folder === undefined) {
  console.error('npm run side-by-side -- FOLDER [PROGRAM…] [--size 80x24]… [--look dark]… [--row NAME]…');
  process.exitCode = 2;
} else {
  const { size: sizes = [], look: looks = [], row: rows = [], workers } = values;
  process.exitCode = await runSideBySide(folder, {
    programs,
    sizes,
    looks,
    rows,
    workers: Number(workers ?? 1),
  });
}
