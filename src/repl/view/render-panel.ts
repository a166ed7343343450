import { EventEmitter } from 'node:events';
import { render } from 'ink';
import type { ReactNode } from 'react';

type PanelRenderer = {
  /** Lines of at most `columns` cells, without trailing spaces. */
  render(node: ReactNode, columns: number): string[];
  close(): void;
};

/** A stand-in for the terminal. It keeps each frame of Ink and draws nothing: the screen writes the lines that changed. */
class FrameCatcher extends EventEmitter {
  columns = 80;
  readonly rows = 1_000;
  frame = '';

  write(frame: string): boolean {
    this.frame = frame;
    return true;
  }
}

export function createPanelRenderer(): PanelRenderer {
  const catcher = new FrameCatcher();
  const ink = render(undefined, {
    // In debug mode Ink writes each frame whole, at once, and without moving the cursor.
    debug: true,
    stdout: catcher as unknown as NodeJS.WriteStream,
    patchConsole: false,
    exitOnCtrlC: false,
  });
  return {
    render(node, columns) {
      catcher.columns = columns;
      ink.rerender(node);
      return catcher.frame === '' ? [] : catcher.frame.split('\n');
    },
    close: ink.unmount,
  };
}
