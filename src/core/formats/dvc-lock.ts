import { compareCodePoints } from '../../base/paths.ts';
import { type ContentFields, compact, type OutUpdate, parseContent, requirePath, setContent } from './dvc-file.ts';
import { commandOf, type DvcYaml, isTemplated, type StageOut, type StageRecord } from './dvc-yaml.ts';
import { type TextOrigin, textFault } from './text-fault.ts';
import { fieldsOf, readYaml, type YamlValue } from './yaml-read.ts';
import { entryOf, type MapNode, nodeOf, noTrivia, parseYamlTree, setScalar, textOf } from './yaml-tree.ts';
import { formatYaml } from './yaml-write.ts';

export interface LockEntry extends ContentFields {
  /** As in `dvc.yaml`: relative to the stage's `wdir`. Untrusted. */
  readonly path: string;
}

export interface LockStage {
  readonly cmd?: string;
  readonly deps: readonly LockEntry[];
  readonly outs: readonly LockEntry[];
}

export interface DvcLock {
  readonly stages: ReadonlyMap<string, LockStage>;
}

/** Parses a `dvc.lock` of schema 2.0, or of DVC 1.x (stages at the top), or throws `bad-file`. */
export function parseDvcLock(text: string, origin: TextOrigin): DvcLock {
  const root = readYaml(text, origin);
  if (root === undefined) return { stages: new Map() };
  const fields = fieldsOf(root, origin, 'The file');
  if (fields.has('schema') && !['2.0', 2].includes(fields.plain('schema') as string | number)) {
    throw fields.fault(`schema ${String(fields.plain('schema'))} is not known here, only 2.0.`, 'schema');
  }
  const stages = fields.has('schema') ? fields.get('stages') : root;
  if (stages === undefined) return { stages: new Map() };
  if (stages.kind !== 'map') throw textFault(origin, '"stages" has to be a map.', stages.line);
  return { stages: new Map([...stages.entries].map(([name, value]) => [name, parseStage(name, value, origin)])) };
}

function parseStage(name: string, value: YamlValue, origin: TextOrigin): LockStage {
  const fields = fieldsOf(value, origin, `The stage "${name}"`);
  const entries = (key: string): LockEntry[] =>
    fields.items(key).map((item) => {
      const entry = fieldsOf(item, origin, `An entry of "${key}"`);
      return { path: requirePath(entry), ...parseContent(entry) };
    });
  return compact({ cmd: commandOf(fields), deps: entries('deps'), outs: entries('outs') }) as LockStage;
}

const order = ['path', 'hash', 'md5', 'size', 'nfiles', 'isexec'];

/**
 * Records what one out of a stage is now, in the form of DVC 3.x (`hash: md5`); all else stays. A stage that is not in the lock is
 * `bad-file`: only a run of its command says what it was made from.
 */
export function updateDvcLock(
  text: string,
  origin: TextOrigin,
  stage: string,
  outPath: string,
  update: OutUpdate,
): string {
  parseDvcLock(text, origin);
  const tree = parseYamlTree(text, origin);
  const stages = entryOf(tree.root, 'schema') === undefined ? tree.root : entryOf(tree.root, 'stages')?.value;
  const body = entryOf(stages, stage)?.value;
  if (body?.kind !== 'map') throw textFault(origin, `it has no stage "${stage}".`);
  const entry = lockedOut(body, outPath);
  setContent(entry, update);
  setScalar(entry, 'hash', 'md5');
  const place = (key: string): number => (order.includes(key) ? order.indexOf(key) : order.length);
  entry.entries.sort((a, b) => place(a.key) - place(b.key));
  return formatYaml(tree);
}

/** The entry of an out, made at its place in the order of paths where there is none. */
function lockedOut(stage: MapNode, path: string): MapNode {
  let outs = entryOf(stage, 'outs')?.value;
  if (outs?.kind !== 'seq') {
    outs = { kind: 'seq', items: [], flow: false, after: noTrivia() };
    stage.entries.push({ key: 'outs', props: '', afterColon: noTrivia(), value: outs });
  }
  const pathOf = (value: (typeof outs.items)[number]['value']): string => textOf(entryOf(value, 'path')?.value) ?? '';
  const found = outs.items.find((item) => pathOf(item.value) === path)?.value;
  if (found?.kind === 'map') return found;
  const made = nodeOf({ path }) as MapNode;
  const next = outs.items.findIndex((item) => compareCodePoints(pathOf(item.value), path) > 0);
  outs.items.splice(next < 0 ? outs.items.length : next, 0, { props: '', afterDash: noTrivia(), value: made });
  return made;
}

/** An out of a stage with what the lock records of it. */
export interface StageOutRecord extends ContentFields, Omit<StageOut, 'templated'> {
  /** The name in the lock: `<stage>@<item>` for `foreach` and `matrix`. */
  readonly stage: string;
  readonly wdir?: string;
  readonly frozen: boolean;
}

/**
 * Joins `dvc.yaml` and `dvc.lock`. Outs of `foreach`, `matrix` and templated stages are those that the lock names, with the flags of the
 * pattern in `dvc.yaml` that their path matches; before their first run they are not listed.
 */
export function stageOuts(yaml: DvcYaml, lock: DvcLock | undefined): readonly StageOutRecord[] {
  return yaml.stages.flatMap((stage) => {
    if (!stage.foreach) return outsOf(stage, stage.name, lock?.stages.get(stage.name));
    const names = [...(lock?.stages.keys() ?? [])].filter((name) => name.startsWith(`${stage.name}@`));
    return names.flatMap((name) => outsOf(stage, name, lock?.stages.get(name)));
  });
}

function outsOf(stage: StageRecord, name: string, locked: LockStage | undefined): StageOutRecord[] {
  const record = (out: StageOut, entry: LockEntry | undefined): StageOutRecord => {
    const { templated: _, ...flags } = out;
    const base = compact({ stage: name, wdir: stage.wdir, frozen: stage.frozen }) as {
      stage: string;
      wdir?: string;
      frozen: boolean;
    };
    return { ...base, ...flags, ...entry, path: entry?.path ?? out.path };
  };
  const byPath = new Map(locked?.outs.map((entry) => [entry.path, entry]));
  const literal = stage.outs.filter((out) => out.templated !== true);
  const known = literal.map((out) => record(out, byPath.get(out.path)));
  const templated = stage.outs.filter((out) => out.templated === true);
  if (templated.length === 0) return known;
  const literalPaths = new Set(literal.map((out) => out.path));
  const rest = (locked?.outs ?? []).filter((entry) => !literalPaths.has(entry.path));
  return [
    ...known,
    ...rest.map((entry) => record(templated.find((out) => fits(out.path, entry.path)) ?? unknownOut, entry)),
  ];
}

const unknownOut: StageOut = { path: '', kind: 'out', cache: true, persist: false, push: true };

/** Whether `path` can come of `template`: its fixed parts stand in it in their order. */
function fits(template: string, path: string): boolean {
  if (!isTemplated(template)) return template === path;
  const parts = template.split(/\$\{[^}]*\}/);
  const [first = ''] = parts;
  const last = parts.at(-1) ?? '';
  if (!path.startsWith(first) || !path.endsWith(last) || path.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = path.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= path.length - last.length;
}
