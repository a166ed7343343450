import { editFile, type FileText, parseFile } from './edit-file.ts';
import { type Editor, getIn, isBlank, isOurItem, isSameValue } from './edits.ts';
import { type Edit, providerId, type SetEdit } from './setup.ts';

type TakenBack = {
  text: string;
  /** Whether the file has no content any more. */
  isEmpty: boolean;
  /** The keys that somebody has changed since, which stay. */
  left: string[];
};

/** Removes the edits and restores the values in `before`. Keeps values changed since, unless they have our name. */
export function takeBack(editor: Editor, file: FileText, edits: readonly Edit[], before: string): TakenBack {
  const now = parseFile(editor, file);
  const old = editor.parse(before);
  const left: string[] = [];
  const reverse = edits.flatMap((edit) => {
    if (getIn(now, edit.path) === undefined) return [];
    const inverse = invert(edit, now, old);
    if (!inverse) left.push(edit.path.join('.'));
    return inverse ?? [];
  });
  const text = removeEmpty(editor, { ...file, text: editFile(editor, file, reverse) }, edits, old);
  return { text, isEmpty: isBlank(editor.parse(text)), left };
}

/** Undefined if the value is no longer ours. */
function invert(edit: Edit, now: unknown, old: unknown): Edit | undefined {
  const before = getIn(old, edit.path);
  if (edit.kind === 'list') {
    const items = (Array.isArray(before) ? before : []).filter((item) => isOurItem(item, edit.name));
    return { ...edit, items };
  }
  // A default did not change a value that was there before.
  if (edit.isDefault && before !== undefined)
    return { kind: 'set', path: edit.path, value: getIn(now, edit.path) };
  const isOurs = edit.path.includes(providerId) || isSameValue(getIn(now, edit.path), edit.value);
  return isOurs ? { kind: 'set', path: edit.path, value: before } : undefined;
}

/** The text without the sections that were made for our values and are empty now. */
function removeEmpty(editor: Editor, { path, text }: FileText, edits: readonly Edit[], old: unknown): string {
  let result = text;
  for (const edit of edits) {
    for (let length = edit.path.length; length > 0; length--) {
      const section = edit.path.slice(0, length);
      const present = getIn(editor.parse(result), section);
      if (present === undefined) continue;
      if (!isBlank(present) || getIn(old, section) !== undefined) break;
      const removal: SetEdit = { kind: 'set', path: section, value: undefined };
      result = editFile(editor, { path, text: result }, [removal]);
    }
  }
  return result;
}
