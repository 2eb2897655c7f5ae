import { seeded } from './random.ts';

export interface ModelSpec {
  readonly seed: number;
  /** What the file says of itself. */
  readonly metadata: Readonly<Record<string, string>>;
}

const layers: readonly (readonly [name: string, shape: readonly number[]])[] = [
  ['embedding.weight', [512, 256]],
  ['hidden.0.weight', [768, 256]],
  ['hidden.0.bias', [768]],
  ['hidden.1.weight', [256, 768]],
  ['hidden.1.bias', [256]],
  ['output.weight', [1, 256]],
  ['output.bias', [1]],
];

/** A model of about 2 MB, laid out as safetensors: length of the header (8 bytes, little end first), header (JSON), tensors. */
export function model({ seed, metadata }: ModelSpec): Buffer {
  const random = seeded(seed);
  const header: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  for (const [name, shape] of layers) {
    const begin = end;
    end += 4 * shape.reduce((product, extent) => product * extent, 1);
    header[name] = { dtype: 'F32', shape, data_offsets: [begin, end] };
  }
  const text = JSON.stringify(header);
  const json = Buffer.from(text.padEnd(Math.ceil(text.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  const weights = Buffer.alloc(end);
  for (let at = 0; at < end; at += 4) weights.writeFloatLE(0.05 * random.normal(), at);
  return Buffer.concat([length, json, weights]);
}
