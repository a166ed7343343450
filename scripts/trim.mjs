import { readFileSync } from 'node:fs';
import { transform } from 'esbuild';

/**
 * Parts of bundled packages that load with the package and that this program never calls. Leaving them out saves start-up
 * time; the source still imports each package by its public name. `reads` are the names that the package takes from such a part while it
 * loads, `makes` those of them of which it makes an object. Whatever else it does with a part throws.
 */
const unused = [
  // commander starts other programs as subcommands; ours are functions.
  { importer: /node_modules[\\/]commander[\\/]/, path: /^node:child_process$/ },
  // undici is also a browser's fetch, WebSocket and cache, and a mock; we dispatch with an Agent or a proxy agent.
  {
    importer: /node_modules[\\/]undici[\\/]index\.js$/,
    path: /^\.\/lib\/(?:web|mock|cache|interceptor|llhttp)\/|retry-|h2c-client|balanced-pool|round-robin-pool|redirect-handler|decorator-handler/,
    reads: [
      ...['fetch', 'Headers', 'Request', 'Response', 'FormData', 'setGlobalOrigin', 'getGlobalOrigin'],
      ...['setCookie', 'getCookies', 'getSetCookies', 'deleteCookie', 'parseCookie'],
      ...['parseMIMEType', 'serializeAMimeType', 'EventSource', 'MockCallHistory', 'MockCallHistoryLog'],
      ...[
        'WebSocket',
        'WebSocketStream',
        'WebSocketError',
        'CloseEvent',
        'ErrorEvent',
        'MessageEvent',
        'ping',
      ],
    ],
    makes: ['CacheStorage'],
  },
  // Our bodies are texts and bytes, never those of a browser.
  {
    importer: /node_modules[\\/]undici[\\/]lib[\\/]dispatcher[\\/]client-h1\.js$/,
    path: /^\.\.\/web\/fetch\/body/,
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

/** An esbuild plugin that puts a module in their place. The build fails where a rule fits nothing: then the package has changed. */
export const trim = {
  name: 'trim',
  setup(build) {
    const used = new Set();
    build.onResolve({ filter: /./ }, ({ path, importer }) => {
      const rule = unused.find((candidate) => candidate.importer.test(importer) && candidate.path.test(path));
      if (!rule) return undefined;
      used.add(rule);
      return { path, namespace: 'trimmed', pluginData: unused.indexOf(rule) };
    });
    // What the parts of one rule share stands in the bundle once.
    build.onResolve({ filter: /^trimmed-rule:/ }, ({ path }) => ({ path, namespace: 'trimmed-rule' }));
    build.onLoad({ filter: /./, namespace: 'trimmed' }, ({ path, pluginData: index }) => ({
      contents: `module.exports = require('trimmed-rule:${index}')(${JSON.stringify(path)});`,
    }));
    build.onLoad({ filter: /./, namespace: 'trimmed-rule' }, ({ path }) => {
      const { reads = [], makes = [] } = unused[Number(path.split(':')[1])];
      return {
        contents: `
        module.exports = (part) => {
          const leave = (name) => () => {
            throw new Error(name + ' of ' + part + ' was left out of the build: see scripts/trim.mjs');
          };
          const names = {};
          for (const name of ${JSON.stringify(reads)}) names[name] = leave(name);
          for (const name of ${JSON.stringify(makes)}) names[name] = class {};
          return new Proxy(leave('the export'), {
            get: (_, name) => names[name] ?? leave(String(name))(),
          });
        };`,
      };
    });
    build.onEnd(() => {
      const idle = unused.filter((rule) => !used.has(rule));
      if (idle.length === 0) return undefined;
      return { errors: idle.map(({ path }) => ({ text: `scripts/trim.mjs: no import fits ${path}` })) };
    });
  },
};

/** Replaces each pattern once. Throws if there is nothing to replace: then a package has changed. */
function replaceIn(text, path, pairs) {
  return pairs.reduce((before, [pattern, replacement]) => {
    if (!pattern.test(before)) throw new Error(`${path} has no ${pattern}, which the build replaces`);
    return before.replace(pattern, replacement);
  }, text);
}

/**
 * An esbuild plugin that leaves out Ink's developer tools, which look for files beside it and for a package that is not there. The reconciler would
 * wait for them while it loads, and what require() loads cannot wait.
 */
export const ink = {
  name: 'ink',
  setup(build) {
    build.onLoad({ filter: /ink[\\/]build[\\/]utils\.js$/ }, () => ({
      contents: 'export const isDev = () => false;',
    }));
    build.onLoad({ filter: /ink[\\/]build[\\/]reconciler\.js$/ }, ({ path }) => ({
      contents: replaceIn(readFileSync(path, 'utf8'), path, [
        [/await import\('\.\/devtools\.js'\)/, 'undefined'],
        [/await loadPackageJson\(\)/, 'undefined'],
      ]),
    }));
  },
};

/**
 * An esbuild plugin by which Yoga is there at once. By itself it waits for a fetch() of its own bytes, for which Node loads its whole browser
 * part.
 */
export const yoga = {
  name: 'yoga',
  setup(build) {
    build.onLoad(
      { filter: /yoga-layout[\\/]dist[\\/]binaries[\\/]yoga-wasm-base64-esm\.js$/ },
      ({ path }) => {
        const text = readFileSync(path, 'utf8');
        const [, bytes] = /base64,([A-Za-z0-9+/=]+)/.exec(text) ?? [];
        return {
          contents: replaceIn(text, path, [
            [/base64,[A-Za-z0-9+/=]+/, 'base64,'],
            [/$/, `export const bytes = () => Buffer.from('${bytes}', 'base64');`],
          ]),
        };
      },
    );
    build.onLoad({ filter: /yoga-layout[\\/]dist[\\/]src[\\/]index\.js$/ }, ({ path }) => ({
      contents: replaceIn(readFileSync(path, 'utf8'), path, [
        [/import loadYoga from/, 'import loadYoga, { bytes } from'],
        // Emscripten fills the object that it is given; with this hook, before it returns.
        [
          /const Yoga = wrapAssembly\(await loadYoga\(\)\);/,
          `const assembly = {
            instantiateWasm(imports, receive) {
              const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes()), imports);
              receive(instance);
              return instance.exports;
            },
          };
          loadYoga(assembly);
          const Yoga = wrapAssembly(assembly);`,
        ],
      ]),
    }));
  },
};

/**
 * An esbuild plugin by which packages ask our `cellWidth` instead of string-width. Both say the same, and ours
 * needs no tables for common letters.
 */
export const widths = {
  name: 'widths',
  setup(build) {
    let isUsed = false;
    build.onResolve({ filter: /^string-width$/ }, ({ importer }) => {
      if (!/[\\/]node_modules[\\/]/.test(importer)) return undefined;
      isUsed = true;
      return { path: 'string-width', namespace: 'widths' };
    });
    build.onLoad({ filter: /./, namespace: 'widths' }, () => ({
      contents: `export { cellWidth as default } from './src/terminal/cell-width.ts';`,
      resolveDir: build.initialOptions.absWorkingDir,
    }));
    build.onEnd(() =>
      isUsed ? undefined : { errors: [{ text: 'scripts/trim.mjs: no package imports string-width' }] },
    );
  },
};

/**
 * An esbuild plugin by which these packages load at their first call. While they load they make tables of Unicode, which takes 10 to 30 ms,
 * and a text of common letters needs none of them.
 */
export const late = {
  name: 'late',
  setup(build) {
    build.onResolve({ filter: /^(?:string-width|wrap-ansi)$/ }, ({ path, importer, namespace }) =>
      namespace === 'late' || /[\\/]node_modules[\\/]/.test(importer)
        ? undefined
        : { path, namespace: 'late' },
    );
    build.onLoad({ filter: /./, namespace: 'late' }, ({ path }) => ({
      contents: `let loaded;
        export default (...given) => (loaded ??= require(${JSON.stringify(path)}).default)(...given);`,
      resolveDir: build.initialOptions.absWorkingDir,
    }));
  },
};

/** An esbuild plugin that shortens names inside packages. Ours stay as they are, for the stacks that people report. */
export const shorten = {
  name: 'shorten',
  setup(build) {
    build.onLoad({ filter: /node_modules[\\/].*\.m?js$/ }, async ({ path }) => {
      const { code } = await transform(readFileSync(path, 'utf8'), {
        minify: true,
        // The tables of tokens would be a fifth larger in escapes.
        charset: 'utf8',
        target: 'node20.18',
        platform: 'node',
      });
      return { contents: code };
    });
  },
};

/**
 * An esbuild plugin that leaves out what the client of MCP brings: a copy of ajv, in whose place `src/mcp/session.ts` gives it a check, and jose, with
 * which it would sign for clients that have a private key.
 */
export const shims = {
  name: 'shims',
  setup(build) {
    build.onResolve({ filter: /^(?:@modelcontextprotocol\/client\/_shims|jose)$/ }, ({ path }) => ({
      path,
      namespace: 'shims',
    }));
    build.onLoad({ filter: /./, namespace: 'shims' }, ({ path }) => ({
      contents:
        path === 'jose'
          ? 'throw new Error("jose was left out of the build: see scripts/trim.mjs");'
          : 'export const CORS_IS_POSSIBLE = false; export class DefaultJsonSchemaValidator {}',
    }));
  },
};
