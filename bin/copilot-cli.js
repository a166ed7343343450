#!/usr/bin/env node
// CommonJS on purpose: Node starts a CommonJS entry 3 ms sooner than an ES module, and an old Node can
// still read this file far enough to say which version it needs.
'use strict';

const [major, minor] = process.versions.node.split('.').map(Number);
const argv = process.argv.slice(2);

/** The help that is asked for, as the build laid it out; undefined where the program has to find out. */
function findHelp() {
  const [first, last] = [argv[0], argv.at(-1)];
  const isBehind = last === '--help' || last === '-h' || last === 'help';
  if (argv.length === 0 || argv.length > 3 || !(isBehind || first === 'help')) return undefined;
  const { isTTY } = process.stdout;
  // The widths and their choice are those of `toHelpWidth` in src/program.ts.
  const columns = Number(process.env.COLUMNS) || (isTTY ? process.stdout.columns : 80);
  const width = [120, 100, 80].find((candidate) => candidate <= columns);
  if (width === undefined) return undefined;
  const pages = require('node:fs').readFileSync(`${__dirname}/../dist/help/${width}.txt`, 'utf8');
  const isHelpOfHelp = argv.length === 1 && first === 'help';
  const words = isHelpOfHelp ? 'help' : (isBehind ? argv.slice(0, -1) : argv.slice(1)).join(' ');
  if (!/^[a-z -]*$/.test(words)) return undefined;
  // The page of a topic is longer.
  const topics = pages.slice(0, pages.indexOf('\n')).split(' ');
  if (!isBehind && topics.includes(words)) return undefined;
  const head = `\f${words}\n`;
  const at = pages.indexOf(head);
  return at < 0 ? undefined : pages.slice(at + head.length, pages.indexOf('\f', at + 1));
}

/** What is longer than the terminal is for a pager, which the program opens. */
function isLong(text) {
  const { stdout } = process;
  // To name stdin is to open it, which takes a millisecond.
  return stdout.isTTY && text.split('\n').length > stdout.rows && process.stdin.isTTY;
}

function findAnswer() {
  const isVersion = argv.length === 1 && ['--version', '-v', '-V', 'version'].includes(argv[0]);
  if (isVersion) return `${require('../package.json').version}\n`;
  const help = findHelp();
  return help === undefined || isLong(help) ? undefined : help;
}

/** An update that is under way takes files away for a moment. */
function sayWhyNot({ code, message }) {
  const isGone = code === 'MODULE_NOT_FOUND' || code === 'ENOENT';
  const reason = isGone ? 'parts of it are gone. Is it being updated?' : `it cannot start: ${message}.`;
  process.stderr.write(
    `copilot-cli: ${reason} Run the command again. If that does not help, install the program again.\n`,
  );
  process.exitCode = 1;
}

function print(answer) {
  process.stdout.on('error', (error) => {
    if (error.code === 'EPIPE') return;
    process.exitCode = 1;
    // The words of terminal/process-io.ts, which is not loaded here.
    process.stderr.write(
      `copilot-cli: stdout cannot be written (${error.code}). Check the disk, or where stdout goes.\n`,
    );
  });
  process.stdout.write(answer);
}

function loadProgram() {
  if (argv[0] === '__complete') {
    // A shell waits for this at every Tab.
    const table = require('../dist/completion.json');
    const { completeLine } = require('../dist/complete-line.cjs');
    return () => completeLine(process, { table, loadValues: () => require('../dist/complete-values.cjs') });
  }
  const answer = findAnswer();
  if (answer !== undefined) return () => print(answer);
  const { loadProgram: load } = require('../dist/compile-cache.cjs');
  const { main } = load(require.resolve('../dist/main.js'), process);
  return () => main(process);
}

if (major < 20 || (major === 20 && minor < 18)) {
  const { engines } = require('../package.json');
  process.stderr.write(`copilot-cli needs Node ${engines.node}, and this is ${process.version}.\n`);
  process.exitCode = 1;
} else {
  let run;
  try {
    run = loadProgram();
  } catch (error) {
    sayWhyNot(error);
  }
  run?.();
}
