import { EventEmitter } from 'node:events';
import { render } from 'ink';
import { Panel, type PanelProps } from './panel.tsx';

export type PanelRenderer = {
  /** Lines of at most `columns` cells, without trailing spaces. */
  render(panel: PanelProps): string[];
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
    render(panel) {
      catcher.columns = panel.columns;
      ink.rerender(<Panel {...panel} />);
      return catcher.frame === '' ? [] : catcher.frame.split('\n');
    },
    close: ink.unmount,
  };
}
