import type { SyntaxNode } from 'unbash';
import { decidesWhatRuns } from './deciding-variables.ts';

/** What the syntax of a command says about it, by the kinds of its nodes. */

/** Why the commands in it are not all that it does. */
export const doubts: Partial<Record<SyntaxNode['type'], string>> = {
  Assignment: 'it sets a variable',
  ArrayValue: 'it sets a variable',
  CommandExpansion: 'it has a command in `$(…)` or backquotes',
  ProcessSubstitution: 'it has a command in `<(…)`',
  SimpleExpansion: 'it has a variable, whose value is not known here',
  ParameterExpansion: 'it has a variable, whose value is not known here',
  ArithmeticExpansion: 'it has arithmetic, which can run commands',
  ArithmeticCommand: 'it has arithmetic, which can run commands',
  ArithmeticFor: 'it has arithmetic, which can run commands',
  TestCommand: 'it has `[[ … ]]`, which other shells read as a command',
  BraceExpansion: 'it has braces that become other words',
  ExtendedGlob: 'it has an extended glob',
  AnsiCQuoted: "it has `$'…'`, which hides characters",
  LocaleString: 'it has `$"…"`, which other shells read otherwise',
  HereDoc: 'it has a here-document',
  HereString: 'it has a here-string',
  FileDescriptorVariable: 'it sets a variable',
  Function: 'it defines a function',
  Coproc: 'it starts a coprocess',
  Select: 'it has a menu',
  Time: 'it measures time',
};

/** Nodes whose meaning is that of what is in them, in every shell. */
export const known = new Set<string>([
  'Script',
  'Statement',
  'CompoundList',
  'AndOr',
  'Pipeline',
  'Negation',
  'Subshell',
  'BraceGroup',
  'If',
  'Elif',
  'While',
  'For',
  'Case',
  'CaseItem',
  'Redirected',
  'Command',
  'Word',
  'FileDescriptor',
  'Literal',
  'Glob',
  'SingleQuoted',
  'DoubleQuoted',
]);

/**
 * Functions and aliases give names another meaning, and so do some variables. Arithmetic, indices and some expansions run `$(…)` that stands in a
 * value.
 */
export function runsText(node: SyntaxNode): boolean {
  switch (node.type) {
    case 'Function':
    case 'ArithmeticExpansion':
    case 'ArithmeticCommand':
    case 'ArithmeticFor':
    case 'Transform':
    case 'Slice':
      return true;
    case 'CommandExpansion':
    case 'ProcessSubstitution':
      return node.script === undefined;
    case 'Assignment':
      return node.index !== undefined || decidesWhatRuns(node.name);
    case 'For':
    case 'Select':
      return decidesWhatRuns(node.name.text);
    case 'Coproc':
      return node.name !== undefined && decidesWhatRuns(node.name.text);
    case 'FileDescriptorVariable':
      return decidesWhatRuns(node.name);
    case 'ParameterExpansion':
      return (
        node.index !== undefined ||
        node.prefix === '!' ||
        (/^\$\{\w+:?=/.test(node.text) && decidesWhatRuns(node.parameter))
      );
    case 'TestUnary':
    case 'TestBinary':
      return /^-(?:[vR]|eq|ne|lt|le|gt|ge)$/.test(node.operator);
    default:
      return false;
  }
}
