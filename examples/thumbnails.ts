/*
 * Thumbnails: pictures are drawn and made small in worker threads, all cores at once, while the loop goes on.
 *
 * The pixels never are in two threads at a time: each picture is moved to its worker, and the thumbnail comes back.
 * `node thumbnails.js 24 2` makes 24 pictures with 2 workers.
 */
import { argv } from 'node:process';
import { asyncWith, createTask, run, sleep, type Coroutine } from 'tsyncio';
import { asCompleted, ThreadPoolExecutor, transfer } from 'tsyncio/concurrent';

/** Pixels of a grey picture, row by row. */
interface Picture {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

const SIZE = 512;

/** A picture like no other: rings around a point of its own. */
function draw(number: number): Picture {
  const pixels = new Uint8Array(SIZE * SIZE);
  const [x0, y0] = [(number * 97) % SIZE, (number * 61) % SIZE];
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++)
      pixels[y * SIZE + x] = 128 + 127 * Math.sin(Math.hypot(x - x0, y - y0) / 9);
  }
  return { name: `rings-${number}`, width: SIZE, height: SIZE, pixels };
}

/** Runs in a worker: each pixel of the result is the mean of a square of `factor` by `factor`. */
function shrink(picture: Picture, factor: number): Picture {
  const [width, height] = [Math.floor(picture.width / factor), Math.floor(picture.height / factor)];
  const pixels = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let i = 0; i < factor * factor; i++) {
        const row = y * factor + Math.floor(i / factor);
        sum += picture.pixels[row * picture.width + x * factor + (i % factor)]!;
      }
      pixels[y * width + x] = Math.round(sum / (factor * factor));
    }
  }
  return { name: `${picture.name}-small`, width, height, pixels };
}

/** Shows that nothing blocks meanwhile. */
function* beat(): Coroutine<number> {
  for (let beats = 1; ; beats++) {
    yield* sleep(0.002);
    if (finished) return beats;
  }
}

let finished = false;

function* main(count: number, maxWorkers: number): Coroutine {
  const beating = createTask(beat());
  const thumbnails: Picture[] = [];
  yield* asyncWith(new ThreadPoolExecutor({ maxWorkers }), function* (pool) {
    const futures = Array.from({ length: count }, (_, number) => {
      const picture = draw(number);
      return pool.submit(shrink, transfer(picture, [picture.pixels]), 8);
    });
    const results = asCompleted(futures).aiter();
    for (let i = 0; i < count; i++) thumbnails.push((yield* results.anext()).result());
  });
  finished = true;
  thumbnails.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  for (const { name, width, height, pixels } of thumbnails) {
    const mean = pixels.reduce((sum, pixel) => sum + pixel, 0) / pixels.length;
    console.log(`${name}: ${width}x${height}, mean ${mean.toFixed(1)}`);
  }
  console.log(`the loop went on meanwhile: ${(yield* beating) > 0}`);
}

const [count = '4', workers = '2'] = argv.slice(2);
await run(main(Number(count), Number(workers)));
