import { compact } from './dvc-file.ts';
import { type TextOrigin, textFault } from './text-fault.ts';
import { type Fields, fieldsOf, readYaml, type YamlValue } from './yaml-read.ts';

export interface StageOut {
  /** As written: relative to the stage's `wdir`. */
  readonly path: string;
  readonly kind: 'out' | 'metric' | 'plot';
  readonly cache: boolean;
  readonly persist: boolean;
  readonly push: boolean;
  readonly remote?: string;
  readonly desc?: string;
  readonly type?: string;
  readonly labels?: readonly string[];
  /** The path holds `${…}`: what it is stands in `dvc.lock`. */
  readonly templated?: true;
}

/** One stage of a `dvc.yaml`; a `foreach` or `matrix` stage as it is written, not multiplied. */
export interface StageRecord {
  readonly name: string;
  /** A list of commands is joined with line ends. */
  readonly cmd?: string;
  readonly wdir?: string;
  readonly frozen: boolean;
  readonly desc?: string;
  /** Made by `foreach` or `matrix`: its outs come from the lock. */
  readonly foreach: boolean;
  readonly deps: readonly string[];
  readonly outs: readonly StageOut[];
}

export interface DvcYaml {
  readonly stages: readonly StageRecord[];
}

export function isTemplated(text: string): boolean {
  return text.includes('${');
}

/** Parses the stages of a `dvc.yaml`, or throws `bad-file`. Top-level metrics, plots, params and artifacts are not outs. */
export function parseDvcYaml(text: string, origin: TextOrigin): DvcYaml {
  const root = readYaml(text, origin);
  const stages = root === undefined ? undefined : fieldsOf(root, origin, 'The file').get('stages');
  if (stages === undefined) return { stages: [] };
  if (stages.kind !== 'map') throw textFault(origin, '"stages" has to be a map.', stages.line);
  return { stages: [...stages.entries].map(([name, value]) => parseStage(name, value, origin)) };
}

function parseStage(name: string, value: YamlValue, origin: TextOrigin): StageRecord {
  const what = `The stage "${name}"`;
  const outer = fieldsOf(value, origin, what);
  const body = outer.get('do');
  const fields = body === undefined ? outer : fieldsOf(body, origin, `${what}, "do",`);
  const kinds = { outs: 'out', metrics: 'metric', plots: 'plot' } as const;
  const outs = (Object.keys(kinds) as (keyof typeof kinds)[]).flatMap((key) =>
    fields.items(key).map((item) => parseOut(item, kinds[key], origin)),
  );
  return compact({
    name,
    cmd: commandOf(fields),
    wdir: fields.text('wdir'),
    frozen: fields.flag('frozen') ?? false,
    desc: fields.text('desc'),
    foreach: outer.has('foreach') || outer.has('matrix'),
    deps: fields.texts('deps') ?? [],
    outs,
  }) as StageRecord;
}

/** `cmd` of a stage: a text, or a list of them. */
export function commandOf(fields: Fields): string | undefined {
  return fields.get('cmd')?.kind === 'seq' ? fields.texts('cmd')?.join('\n') : fields.text('cmd');
}

function parseOut(item: YamlValue, kind: StageOut['kind'], origin: TextOrigin): StageOut {
  if (item.kind === 'scalar') {
    if (typeof item.value !== 'string' || item.value === '')
      throw textFault(origin, 'an out has to be a path.', item.line);
    return withTemplate({ path: item.value, kind, cache: true, persist: false, push: true });
  }
  const [entry, more] = item.kind === 'map' ? [...item.entries] : [];
  if (entry === undefined || more !== undefined)
    throw textFault(origin, 'an out has to be a path, or one path with its flags.', item.line);
  const [path, flags] = entry;
  // A plot may have a list of settings; a path may stand with a colon and nothing behind.
  if (flags.kind === 'seq' || (flags.kind === 'scalar' && flags.value === null))
    return withTemplate({ path, kind, cache: true, persist: false, push: true });
  const fields = fieldsOf(flags, origin, `The out "${path}"`);
  return withTemplate(
    compact({
      path,
      kind,
      cache: fields.flag('cache') ?? true,
      persist: fields.flag('persist') ?? false,
      push: fields.flag('push') ?? true,
      remote: fields.text('remote'),
      desc: fields.text('desc'),
      type: fields.text('type'),
      labels: fields.texts('labels'),
    }) as StageOut,
  );
}

function withTemplate(out: StageOut): StageOut {
  return isTemplated(out.path) ? { ...out, templated: true } : out;
}
