import { readFileSync } from 'node:fs';
import { transform } from 'esbuild';

/**
 * Parts of bundled packages that load with the package and that this program never calls. Leaving them out saves start-up
 * time; the source still imports each package by its public name.
 */
const unused = [
  // commander starts other programs as subcommands; ours are functions.
  { importer: /node_modules[\\/]commander[\\/]/, path: /^node:child_process$/ },
  // undici is also a browser's fetch, WebSocket and cache, and a mock; we call request() with an Agent or a proxy agent.
  {
    importer: /node_modules[\\/]undici[\\/]index\.js$/,
    path: /^\.\/lib\/(?:web|mock|cache|interceptor|llhttp)\/|retry-|h2c-client|balanced-pool|round-robin-pool|redirect-handler|decorator-handler/,
  },
  // HTTP/2 is switched off in our agents (see src/http/proxy.ts), and SOCKS proxies are not offered.
  {
    importer: /node_modules[\\/]undici[\\/]lib[\\/]dispatcher[\\/]client\.js$/,
    path: /^\.\/client-h2(?:\.js)?$/,
  },
  {
    importer: /node_modules[\\/]undici[\\/]lib[\\/]dispatcher[\\/]proxy-agent\.js$/,
    path: /^\.\/socks5-proxy-agent$/,
  },
  { importer: /node_modules[\\/]undici[\\/]index\.js$/, path: /socks5-proxy-agent$/ },
];

/** An esbuild plugin that puts a module in their place which has every name and does nothing. */
export const trim = {
  name: 'trim',
  setup(build) {
    build.onResolve({ filter: /./ }, ({ path, importer }) => {
      const isUnused = unused.some((rule) => rule.importer.test(importer) && rule.path.test(path));
      return isUnused ? { path, namespace: 'trimmed' } : undefined;
    });
    build.onLoad({ filter: /./, namespace: 'trimmed' }, () => ({
      // undici makes a cache of its fetch while it loads, so objects may be made; calling anything is a mistake of ours.
      contents: `
        const trimmed = new Proxy(class {}, {
          get: (target, name) => (name === 'prototype' ? target.prototype : trimmed),
          construct: () => ({}),
          apply() { throw new Error('this part of a package was left out of the build'); },
        });
        module.exports = trimmed;`,
    }));
  },
};

/** An esbuild plugin that leaves out Ink's developer tools, which look for files beside it and for a package that is not there. */
export const ink = {
  name: 'ink',
  setup(build) {
    build.onLoad({ filter: /ink[\\/]build[\\/]utils\.js$/ }, () => ({
      contents: 'export const isDev = () => false;',
    }));
    build.onLoad({ filter: /ink[\\/]build[\\/]devtools\.js$/ }, () => ({ contents: 'export {};' }));
  },
};

/** An esbuild plugin that shortens names inside packages. Ours stay as they are, for the stacks that people report. */
export const shorten = {
  name: 'shorten',
  setup(build) {
    build.onLoad({ filter: /node_modules[\\/].*\.js$/ }, async ({ path }) => {
      const { code } = await transform(readFileSync(path, 'utf8'), {
        minify: true,
        target: 'node20.18',
        platform: 'node',
      });
      return { contents: code };
    });
  },
};
