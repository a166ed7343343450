import type { Command, Help, Option } from 'commander';
import { commandGroups } from '../../src/help/command-groups.ts';
import { examples } from '../../src/help/examples.ts';
import { addresses, listPath } from '../../src/help/lay-out-help.ts';
import { notes } from '../../src/help/notes.ts';
import { topics } from '../../src/help/topics.ts';
import { fromMarkdown } from './from-markdown.ts';
import { bold, italic, paragraph, section, subsection, tagged, toLines, toRoff, verbatim } from './roff.ts';

type Source = {
  version: string;
  /** `2026-11-28` */
  date: string;
  /** The text of a page of docs/. */
  readDoc(name: string): string;
};

/** The pages of man by their file names: one for the program, and one for each command, with its subcommands as sections. */
export function listManPages(program: Command, source: Source): Record<string, string> {
  const commands = program
    .createHelp()
    .visibleCommands(program)
    .filter((command) => command.name() !== 'help');
  const pages = commands.map((command) => [
    `copilot-cli-${command.name()}.1`,
    toCommandPage(command, source),
  ]);
  return Object.fromEntries([['copilot-cli.1', toProgramPage(program, source)], ...pages]);
}

function toProgramPage(program: Command, source: Source): string {
  const helper = program.createHelp();
  return joinLines([
    ...heading('copilot-cli', source, 'GitHub Copilot in the terminal, in scripts and behind APIs'),
    section('synopsis'),
    ...paragraph(`${bold('copilot-cli')} [${italic('command')}] [${italic('flags')}]`),
    ...paragraph(`${bold('copilot-cli')} ${italic('prompt')}`),
    section('description'),
    ...paragraph(toRoff(program.description())),
    ...paragraph(
      toRoff('Without a command, the words are a prompt. Without anything, on a terminal, the chat opens.'),
    ),
    section('commands'),
    ...Object.entries(commandGroups).flatMap(([group, commands]) => [
      subsection(group),
      ...Object.entries(commands).flatMap(([name, about]) =>
        tagged(
          name === 'help' ? bold('copilot-cli help') : `${bold(`copilot-cli-${name}`)}(1)`,
          toRoff(about),
        ),
      ),
    ]),
    section('flags'),
    ...listFlags(helper.visibleOptions(program), helper),
    section('topics'),
    ...paragraph(`${bold('copilot-cli help')} ${italic('topic')} prints these pages:`),
    ...Object.entries(topics).flatMap(([name, { about }]) => tagged(bold(name), toRoff(about))),
    section('exit status'),
    ...fromMarkdown(source.readDoc('exit-codes')),
    section('environment'),
    ...fromMarkdown(source.readDoc('environment')),
    ...listExamples(''),
    ...ending(),
  ]);
}

function toCommandPage(command: Command, source: Source): string {
  const helper = command.createHelp();
  const name = `copilot-cli-${command.name()}`;
  return joinLines([
    ...heading(name, source, command.description()),
    section('synopsis'),
    ...[command, ...helper.visibleCommands(command)].flatMap((one) => paragraph(toSynopsis(one))),
    section('description'),
    ...paragraph(toRoff(toSentence(command.description()))),
    ...listArguments(command, helper),
    ...listNotes(command),
    ...listFlagGroups(command, helper),
    ...helper.visibleCommands(command).flatMap((subcommand) => toSubcommand(subcommand)),
    section('flags of every command'),
    ...listFlags(helper.visibleOptions(command).filter(isHelp).concat(rootOptions(command)), helper),
    ...listExamples(command.name()),
    ...ending(),
  ]);
}

function toSubcommand(command: Command): string[] {
  const helper = command.createHelp();
  const words = listPath(command).join(' ');
  const flags = helper.visibleOptions(command).filter((option) => !isHelp(option));
  return [
    section(`copilot-cli ${words}`),
    ...paragraph(toRoff(toSentence(command.description()))),
    ...listArguments(command, helper),
    ...listNotes(command),
    ...listFlags(flags, helper),
    ...(examples[words] ? verbatim(toPrompts(examples[words])) : []),
  ];
}

function heading(name: string, { version, date }: Source, about: string): string[] {
  return [
    `.TH ${toRoff(name.toUpperCase())} 1 ${date} "copilot\\-cli ${toRoff(version)}" "copilot\\-cli"`,
    section('name'),
    ...toLines(`${toRoff(name)} \\- ${toRoff(about)}`),
  ];
}

function toSynopsis(command: Command): string {
  const words = ['copilot-cli', ...listPath(command)].join(' ');
  return [bold(words), italic(command.usage().replace('[options]', '[flags]'))].filter(Boolean).join(' ');
}

function listFlagGroups(command: Command, helper: Help): string[] {
  const options = helper.visibleOptions(command).filter((option) => !isHelp(option));
  const groups = [...new Set(options.map(({ helpGroupHeading }) => helpGroupHeading))];
  if (options.length === 0) return [];
  return [
    section('flags'),
    ...groups.flatMap((group) => [
      ...(group === undefined ? [] : [subsection(group.replace(/:$/, ''))]),
      ...listFlags(
        options.filter(({ helpGroupHeading }) => helpGroupHeading === group),
        helper,
      ),
    ]),
  ];
}

function listFlags(options: readonly Option[], helper: Help): string[] {
  return options.flatMap((option) =>
    tagged(bold(helper.optionTerm(option)), toRoff(helper.optionDescription(option))),
  );
}

function listArguments(command: Command, helper: Help): string[] {
  return helper
    .visibleArguments(command)
    .flatMap((one) => tagged(italic(helper.argumentTerm(one)), toRoff(helper.argumentDescription(one))));
}

function listNotes(command: Command): string[] {
  const note = notes[listPath(command).join(' ')];
  return note === undefined ? [] : verbatim(note);
}

function listExamples(words: string): string[] {
  return [section('examples'), ...verbatim(toPrompts(examples[words] ?? []))];
}

const toPrompts = (lines: readonly string[]): string => lines.map((line) => `$ ${line}`).join('\n');

function ending(): string[] {
  return [
    section('see also'),
    ...paragraph(`${bold('copilot-cli')}(1), ${toRoff(addresses.docs)}`),
    section('bugs'),
    ...paragraph(toRoff(addresses.bugs)),
  ];
}

const isHelp = ({ long }: Option): boolean => long === '--help';

function rootOptions(command: Command): Option[] {
  return (command.parent?.options ?? []).filter(({ long }) => long !== '--version');
}

function toSentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** A title begins a paragraph by itself. */
function joinLines(lines: readonly string[]): string {
  const kept = lines.filter((line, index) => line !== '.PP' || !/^\.S[HS] /.test(lines[index - 1] ?? ''));
  return `${kept.join('\n')}\n`;
}
