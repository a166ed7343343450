import type { Grammar as Definition } from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import c from 'highlight.js/lib/languages/c';
import clojure from 'highlight.js/lib/languages/clojure';
import cmake from 'highlight.js/lib/languages/cmake';
import cpp from 'highlight.js/lib/languages/cpp';
import csharp from 'highlight.js/lib/languages/csharp';
import css from 'highlight.js/lib/languages/css';
import dart from 'highlight.js/lib/languages/dart';
import dockerfile from 'highlight.js/lib/languages/dockerfile';
import elixir from 'highlight.js/lib/languages/elixir';
import elm from 'highlight.js/lib/languages/elm';
import erlang from 'highlight.js/lib/languages/erlang';
import fsharp from 'highlight.js/lib/languages/fsharp';
import go from 'highlight.js/lib/languages/go';
import gradle from 'highlight.js/lib/languages/gradle';
import graphql from 'highlight.js/lib/languages/graphql';
import groovy from 'highlight.js/lib/languages/groovy';
import haskell from 'highlight.js/lib/languages/haskell';
import ini from 'highlight.js/lib/languages/ini';
import java from 'highlight.js/lib/languages/java';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import julia from 'highlight.js/lib/languages/julia';
import kotlin from 'highlight.js/lib/languages/kotlin';
import latex from 'highlight.js/lib/languages/latex';
import less from 'highlight.js/lib/languages/less';
import lisp from 'highlight.js/lib/languages/lisp';
import lua from 'highlight.js/lib/languages/lua';
import makefile from 'highlight.js/lib/languages/makefile';
import markdown from 'highlight.js/lib/languages/markdown';
import matlab from 'highlight.js/lib/languages/matlab';
import nginx from 'highlight.js/lib/languages/nginx';
import nix from 'highlight.js/lib/languages/nix';
import objectivec from 'highlight.js/lib/languages/objectivec';
import ocaml from 'highlight.js/lib/languages/ocaml';
import perl from 'highlight.js/lib/languages/perl';
import php from 'highlight.js/lib/languages/php';
import powershell from 'highlight.js/lib/languages/powershell';
import protobuf from 'highlight.js/lib/languages/protobuf';
import python from 'highlight.js/lib/languages/python';
import r from 'highlight.js/lib/languages/r';
import ruby from 'highlight.js/lib/languages/ruby';
import rust from 'highlight.js/lib/languages/rust';
import scala from 'highlight.js/lib/languages/scala';
import scss from 'highlight.js/lib/languages/scss';
import sql from 'highlight.js/lib/languages/sql';
import swift from 'highlight.js/lib/languages/swift';
import typescript from 'highlight.js/lib/languages/typescript';
import vbnet from 'highlight.js/lib/languages/vbnet';
import vim from 'highlight.js/lib/languages/vim';
import x86asm from 'highlight.js/lib/languages/x86asm';
import xml from 'highlight.js/lib/languages/xml';
import yaml from 'highlight.js/lib/languages/yaml';

export type Grammar = {
  /** In lower case. The first is the highlighter's name. */
  names: string[];
  define: Definition;
  /** First names of languages that may stand inside, at any depth. */
  embeds?: string[];
};

/** Languages with colours, by the names that models write after a fence. */
export const grammars: Grammar[] = [
  { names: ['bash', 'sh', 'shell', 'zsh', 'shellscript'], define: bash },
  { names: ['c', 'h'], define: c },
  { names: ['cpp', 'c++', 'cc', 'cxx', 'hpp'], define: cpp },
  { names: ['csharp', 'cs', 'c#'], define: csharp },
  { names: ['objectivec', 'objc', 'objective-c'], define: objectivec },
  { names: ['clojure', 'clj'], define: clojure },
  { names: ['cmake'], define: cmake },
  { names: ['css'], define: css },
  { names: ['dart'], define: dart, embeds: ['css', 'graphql', 'javascript', 'markdown', 'xml'] },
  { names: ['dockerfile', 'docker'], define: dockerfile, embeds: ['bash'] },
  { names: ['elixir', 'ex', 'exs'], define: elixir },
  { names: ['elm'], define: elm },
  { names: ['erlang', 'erl'], define: erlang },
  { names: ['fsharp', 'fs', 'f#'], define: fsharp },
  { names: ['go', 'golang'], define: go },
  { names: ['gradle'], define: gradle },
  { names: ['graphql', 'gql'], define: graphql },
  { names: ['groovy'], define: groovy },
  { names: ['haskell', 'hs'], define: haskell },
  { names: ['ini', 'toml', 'cfg', 'conf', 'properties', 'dotenv', 'env'], define: ini },
  { names: ['java'], define: java },
  {
    names: ['javascript', 'js', 'jsx', 'mjs', 'cjs', 'node', 'javascriptreact'],
    define: javascript,
    embeds: ['css', 'graphql', 'xml'],
  },
  { names: ['json', 'jsonc', 'json5', 'jsonl'], define: json },
  { names: ['julia', 'jl'], define: julia },
  { names: ['kotlin', 'kt', 'kts'], define: kotlin },
  { names: ['latex', 'tex'], define: latex },
  { names: ['less'], define: less },
  { names: ['lisp', 'elisp'], define: lisp },
  { names: ['lua'], define: lua },
  { names: ['makefile', 'make', 'mk'], define: makefile },
  { names: ['markdown', 'md', 'mdx'], define: markdown, embeds: ['css', 'graphql', 'javascript', 'xml'] },
  { names: ['matlab'], define: matlab },
  { names: ['nginx'], define: nginx },
  { names: ['nix'], define: nix, embeds: ['css', 'graphql', 'javascript', 'markdown', 'xml'] },
  { names: ['ocaml', 'ml'], define: ocaml },
  { names: ['perl', 'pl'], define: perl },
  { names: ['php'], define: php },
  { names: ['powershell', 'ps1', 'pwsh', 'ps'], define: powershell },
  { names: ['protobuf', 'proto'], define: protobuf },
  { names: ['python', 'py', 'python3', 'pyi'], define: python },
  { names: ['r'], define: r },
  { names: ['ruby', 'rb'], define: ruby },
  { names: ['rust', 'rs'], define: rust },
  { names: ['scala'], define: scala },
  { names: ['scss', 'sass'], define: scss },
  { names: ['sql', 'mysql', 'postgresql', 'postgres', 'sqlite'], define: sql },
  { names: ['swift'], define: swift },
  {
    names: ['typescript', 'ts', 'tsx', 'mts', 'cts', 'typescriptreact'],
    define: typescript,
    embeds: ['css', 'graphql', 'javascript', 'xml'],
  },
  { names: ['vbnet', 'vb'], define: vbnet },
  { names: ['vim', 'viml', 'vimscript'], define: vim },
  { names: ['x86asm', 'asm', 'nasm'], define: x86asm },
  {
    names: ['xml', 'html', 'htm', 'svg', 'vue', 'svelte', 'xhtml'],
    define: xml,
    embeds: ['css', 'graphql', 'javascript'],
  },
  { names: ['yaml', 'yml'], define: yaml, embeds: ['ruby'] },
];
