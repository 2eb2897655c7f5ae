import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { seeded } from './random.ts';

const size = 32;
const count = 2_000;

/** The first collection: 2,000 pictures, `0000.png` … `1999.png`. */
export async function collectCovers(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (let i = 0; i < count; i++) await writeFile(file(folder, i), cover(i, 1));
}

/** Second version: 120 are drawn anew, 20 are gone, 20 have come. */
export async function replaceBlurred(folder: string): Promise<void> {
  for (let i = 0; i < 120; i++) await writeFile(file(folder, i * 13), cover(i * 13, 2));
  for (let i = 0; i < 20; i++) await rm(file(folder, 1_900 + i * 3));
  for (let i = 0; i < 20; i++) await writeFile(file(folder, count + i), cover(count + i, 1));
}

/** Third version: 45 are drawn anew. */
export async function recolour(folder: string): Promise<void> {
  for (let i = 0; i < 45; i++) await writeFile(file(folder, 7 + i * 29), cover(7 + i * 29, 3));
}

function file(folder: string, number: number): string {
  return path.join(folder, `${String(number).padStart(4, '0')}.png`);
}

/** Discs and a stripe over a colour gradient, 32 × 32. */
function cover(number: number, version: number): Buffer {
  const random = seeded(number * 31 + version * 1_000_003);
  const colour = (): readonly [number, number, number] => [random.below(256), random.below(256), random.below(256)];
  const [top, bottom, stripe] = [colour(), colour(), colour()];
  const discs = Array.from({ length: 3 }, () => ({
    x: random.below(size),
    y: random.below(size),
    r: 3 + random.below(8),
    colour: colour(),
  }));
  const slope = random.below(5) - 2;
  const pixels = Buffer.alloc(size * (1 + size * 3));
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const disc = discs.find((d) => (x - d.x) ** 2 + (y - d.y) ** 2 <= d.r ** 2);
      const onStripe = Math.abs(y - size / 2 - (slope * (x - size / 2)) / 4) < 2;
      for (let c = 0; c < 3; c++) {
        const ground = ((top[c] ?? 0) * (size - y) + (bottom[c] ?? 0) * y) / size;
        pixels[y * (1 + size * 3) + 1 + x * 3 + c] = disc?.colour[c] ?? (onStripe ? stripe[c] : undefined) ?? ground;
      }
    }
  }
  return png(pixels);
}

/** A PNG file of rows that each begin with the filter byte 0 and hold RGB pixels of 8 bits. */
function png(pixels: Buffer): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(pixels)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(typed.length + 8);
  out.writeUInt32BE(data.length, 0);
  typed.copy(out, 4);
  out.writeUInt32BE(crc32(typed), typed.length + 4);
  return out;
}
