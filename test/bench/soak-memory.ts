/** Loaded before the service (node --expose-gc --import): tells over IPC how much memory is in use after a collection. */

declare const gc: () => void;

process.on('message', async () => {
  for (let i = 0; i < 3; i++) {
    gc();
    // Buffers are freed in a later turn than the objects that had them.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  process.send!({ heap: heapUsed + external, resident: rss });
});
// The channel alone keeps no service alive.
process.channel!.unref();

export {};
