#!/usr/bin/env node
// CommonJS on purpose: Node starts a CommonJS entry 3 ms sooner than an ES module, and an old Node can
// still read this file far enough to say which version it needs.
'use strict';

const [major, minor] = process.versions.node.split('.').map(Number);
const [argument] = process.argv.slice(2);

if (major < 20 || (major === 20 && minor < 18)) {
  const { engines } = require('../package.json');
  process.stderr.write(`copilot-cli needs Node ${engines.node}, and this is ${process.version}.\n`);
  process.exitCode = 1;
} else if (process.argv.length === 3 && (argument === '--version' || argument === '-V')) {
  process.stdout.on('error', (error) => {
    if (error.code !== 'EPIPE') process.exitCode = 1;
  });
  process.stdout.write(`${require('../package.json').version}\n`);
} else {
  import('../dist/main.js').then(({ main }) => main(process));
}
