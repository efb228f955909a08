// Runs Azurite in this process, for as long as standard input stays open: the host that started it holds the other end, so the end of
// the host, by whatever means, is the end of its storage. Arguments are Azurite's own.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const toldByInput = !process.stdin.isTTY;

if (toldByInput) {
  // Ctrl-C reaches the whole process group, but the host still needs its storage to drain.
  const once = process.once.bind(process);
  process.once = (event, listener) =>
    event === 'SIGINT' || event === 'SIGTERM' ? process.on(event, () => {}) : once(event, listener);

  // Nobody reads any more what is said to a killed host; that must not end the saving.
  process.stdout.on('error', () => {});
  process.stderr.on('error', () => {});

  process.stdin.resume();
  process.stdin.once('end', () => {
    // Azurite closes and saves on this message, once it has started.
    if (!process.emit('message', 'shutdown')) {
      process.exit(0);
    }
    setTimeout(() => process.exit(1), 5_000).unref();
  });
}

const location = process.argv.indexOf('--location');
if (location >= 0) {
  await takeOver(process.argv[location + 1]);
}
await import('./node_modules/azurite/dist/src/azurite.js');

// An emulator whose host was killed lets go of its ports before it has saved. A successor that read the data by then would miss what is
// being written, and overwrite it later: it waits for its predecessor's end, and longer than that one gives itself.
async function takeOver(folder) {
  const mark = join(folder, 'process.id');
  mkdirSync(folder, { recursive: true });
  for (let tries = 0; tries < 100 && isRunning(predecessor(mark)); tries++) {
    await delay(100);
  }
  writeFileSync(mark, `${process.pid}`);
}

function predecessor(mark) {
  try {
    return Number.parseInt(readFileSync(mark, 'utf8'), 10);
  } catch {
    return NaN;
  }
}

function isRunning(id) {
  try {
    return process.kill(id, 0);
  } catch {
    return false;
  }
}
