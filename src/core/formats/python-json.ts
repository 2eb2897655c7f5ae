import { compareCodePoints } from '../../base/paths.ts';

const plain = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;
const short: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** A string as Python's `json.dumps` writes it: ASCII only, 0x7f and lone surrogates escaped too. */
export function pythonString(text: string): string {
  if (plain.test(text)) return `"${text}"`;
  const body = text.replace(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, (unit) => {
    return short[unit] ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return `"${body}"`;
}

/** A plain value as Python's `json.dumps(value, sort_keys=True)`. */
export function pythonJson(value: unknown): string {
  if (typeof value === 'string') return pythonString(value);
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => compareCodePoints(a, b));
    return `{${entries.map(([key, item]) => `${pythonString(key)}: ${pythonJson(item)}`).join(', ')}}`;
  }
  return String(value);
}
