import type { Env } from '../env.ts';
import { findProgram } from '../find-program.ts';
import { readProgramOutput } from '../program-output.ts';

type ClipboardImage =
  /** In the format of the clipboard, nearly always PNG. */
  | { type: 'image'; bytes: Buffer }
  | { type: 'none' }
  /** No clipboard can be read; `reason` tells the person what is missing. */
  | { type: 'unavailable'; reason: string };

type ClipboardImageOptions = { env: Env; platform?: NodeJS.Platform };

/** A program that prints the image of the clipboard. */
type Helper = {
  program: string;
  parameters: readonly string[];
  /** What a person has to install. Empty if every such system has it. */
  source: string;
  /** Returns an empty buffer if the output holds no image. */
  decode: (output: Buffer) => Buffer;
};

/** PowerShell takes a second or two to start. */
const patienceMs = 15_000;
const maxBytes = 128 * 1024 * 1024;

const asIs = (output: Buffer): Buffer => output;

const powershellScript = [
  'Add-Type -AssemblyName System.Windows.Forms,System.Drawing',
  '$image = [System.Windows.Forms.Clipboard]::GetImage()',
  'if ($image) { $stream = New-Object System.IO.MemoryStream',
  '$image.Save($stream, [System.Drawing.Imaging.ImageFormat]::Png)',
  '[Convert]::ToBase64String($stream.ToArray()) }',
].join('; ');

const helpers = {
  pngpaste: { program: 'pngpaste', parameters: ['-'], source: 'pngpaste', decode: asIs },
  osascript: {
    program: 'osascript',
    parameters: ['-e', 'get the clipboard as «class PNGf»'],
    source: '',
    decode: (output) =>
      Buffer.from(/«data PNGf([0-9A-F]+)»/i.exec(output.toString('utf8'))?.[1] ?? '', 'hex'),
  },
  wayland: {
    program: 'wl-paste',
    parameters: ['--no-newline', '--type', 'image/png'],
    source: 'the package wl-clipboard',
    decode: asIs,
  },
  x11: {
    program: 'xclip',
    parameters: ['-selection', 'clipboard', '-target', 'image/png', '-out'],
    source: 'the package xclip',
    decode: asIs,
  },
  windows: {
    program: 'powershell.exe',
    parameters: ['-NoProfile', '-NonInteractive', '-STA', '-Command', powershellScript],
    source: 'PowerShell, with its folder in PATH',
    decode: (output) => Buffer.from(output.toString('latin1').trim(), 'base64'),
  },
} satisfies Record<string, Helper>;

/** Reads an image from the clipboard with the system's own program. Never throws. */
export async function readClipboardImage({
  env,
  platform = process.platform,
}: ClipboardImageOptions): Promise<ClipboardImage> {
  const candidates = listHelpers(env, platform);
  const missing: Helper[] = [];
  for (const helper of candidates) {
    const output = await runHelper(helper, env);
    if (!output) missing.push(helper);
    else if (output.length > 0) return { type: 'image', bytes: output };
  }
  if (missing.length < candidates.length) return { type: 'none' };
  return { type: 'unavailable', reason: describeMissing(missing) };
}

function listHelpers(env: Env, platform: NodeJS.Platform): Helper[] {
  if (platform === 'darwin') return [helpers.pngpaste, helpers.osascript];
  if (platform === 'win32') return [helpers.windows];
  return [
    ...(env.WSL_DISTRO_NAME || env.WSL_INTEROP ? [helpers.windows] : []),
    ...(env.WAYLAND_DISPLAY ? [helpers.wayland] : []),
    ...(env.DISPLAY ? [helpers.x11] : []),
  ];
}

function describeMissing([first]: readonly Helper[]): string {
  return first
    ? `Images of the clipboard are read by ${first.program}, which is not here; install ${first.source}.`
    : 'There is no clipboard here: neither WAYLAND_DISPLAY nor DISPLAY is set.';
}

/** Undefined if the program is missing. These programs fail if the clipboard holds no image. */
async function runHelper({ program, parameters, decode }: Helper, env: Env): Promise<Buffer | undefined> {
  const path = findProgram(program, { env });
  if (path === undefined) return undefined;
  const printed = await readProgramOutput(path, parameters, { env, maxMs: patienceMs, maxBytes });
  if (!printed) return undefined;
  return printed.code === 0 ? decode(printed.output) : Buffer.alloc(0);
}
