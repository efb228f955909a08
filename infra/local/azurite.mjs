// Runs Azurite in this process, for as long as standard input stays open: the host that started it holds the other end, so the end of
// the host, by whatever means, is the end of its storage. Arguments are Azurite's own.

const toldByInput = !process.stdin.isTTY;

if (toldByInput) {
  // Ctrl-C reaches the whole process group, but the host still needs its storage to drain.
  const once = process.once.bind(process);
  process.once = (event, listener) =>
    event === 'SIGINT' || event === 'SIGTERM' ? process.on(event, () => {}) : once(event, listener);

  process.stdin.resume();
  process.stdin.once('end', () => {
    // Azurite closes and saves on this message, once it has started.
    if (!process.emit('message', 'shutdown')) {
      process.exit(0);
    }
    setTimeout(() => process.exit(1), 5_000).unref();
  });
}

await import('./node_modules/azurite/dist/src/azurite.js');
