import type { PointerFault } from '../../core/system.ts';

/** What is wrong, without the file and line that stand before it already. */
export function faultText(fault: PointerFault): string {
  const { pointer, message } = fault;
  if (!message.startsWith(pointer)) return message;
  const rest = message.slice(pointer.length).replace(/^(:\d+)*:?\s+/, '');
  return rest === '' ? message : rest.charAt(0).toUpperCase() + rest.slice(1);
}

/** `line 3: Bad YAML: …` */
export function faultDescription(fault: PointerFault): string {
  return fault.line === undefined ? faultText(fault) : `line ${fault.line}: ${faultText(fault)}`;
}
