/** How far an address follows a template of RFC 6570, such as `file:///{path}`. */
export type TemplateMatch = {
  /** What stands for its variables so far, but for `open`. */
  values: Readonly<Record<string, string>>;
  /** The variable in which the address ends, what is there of it, and all that comes before. */
  open: { name: string; value: string; lead: string } | undefined;
  /** The address with the fixed text that follows next. */
  next: string;
  isWhole: boolean;
};

type Variable = { name: string; isWide: boolean; isOptional: boolean };

const maxTemplate = 2000;
const expression = /\{([+#./;?&]?)([^{}]*)\}/;

/** Undefined if it does not begin so. A variable ends where the fixed text behind it first occurs: the time is linear, whatever a server writes. */
export function matchTemplate(template: string, uri: string): TemplateMatch | undefined {
  if (template.length > maxTemplate) return undefined;
  const pieces = template.split(/(\{[^{}]*\})/);
  const values: Record<string, string> = {};
  let at = 0;
  for (let index = 0; index < pieces.length; index += 2) {
    const fixed = pieces[index] ?? '';
    const rest = uri.slice(at);
    if (!rest.startsWith(fixed)) {
      if (!fixed.startsWith(rest)) return undefined;
      return { values, open: undefined, next: uri.slice(0, at) + fixed, isWhole: false };
    }
    at += fixed.length;
    const variable = readVariable(pieces[index + 1]);
    if (!variable) break;
    const following = pieces[index + 2] ?? '';
    const found = following === '' ? -1 : uri.indexOf(following, at);
    const end = found === -1 ? uri.length : found;
    const value = uri.slice(at, end);
    const stop = variable.isWide ? -1 : value.search(/[/?#]/);
    if (stop !== -1) {
      const tail = value.slice(stop);
      if (found !== -1 || !following.startsWith(tail)) return undefined;
      values[variable.name] = value.slice(0, stop);
      return { values, open: undefined, next: uri + following.slice(tail.length), isWhole: false };
    }
    if (found === -1) {
      const isLast = index + 3 >= pieces.length && following === '';
      const open = { name: variable.name, value, lead: uri.slice(0, at) };
      return { values, open, next: uri, isWhole: isLast && (value !== '' || variable.isOptional) };
    }
    if (value === '' && !variable.isOptional) return undefined;
    values[variable.name] = value;
    at = end;
  }
  return at === uri.length ? { values, open: undefined, next: uri, isWhole: true } : undefined;
}

function readVariable(piece: string | undefined): Variable | undefined {
  const [, operator = '', names = ''] = expression.exec(piece ?? '') ?? [];
  if (piece === undefined) return undefined;
  const name = names.replace(/[,:*].*$/s, '');
  return { name, isWide: operator !== '', isOptional: /[/?&;.#]/.test(operator) };
}
