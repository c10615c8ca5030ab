/**
 * A mock service as a program of its own, for tests that need a process: it listens on the PORT of its environment.
 * CRASH_AT and HANG_AT name an rpc at which it dies or gives no answer; MUTE_AFTER one after which it drops every call;
 * DEAF keeps it from heeding SIGTERM, CHILD starts a process that does nothing and prints its number.
 */
import { spawn } from 'node:child_process';
import { status } from '@grpc/grpc-js';
import { Refusal, startMock } from './mock-service.ts';

const { PORT, NAME, CRASH_AT, HANG_AT, MUTE_AFTER, DEAF, CHILD } = process.env;
if (DEAF !== undefined) process.on('SIGTERM', () => console.log('not now'));
if (CHILD !== undefined) console.log(`child ${spawn('sleep', ['1000'], { stdio: 'inherit' }).pid}`);

let isMute = false;
await startMock({
  port: Number(PORT),
  name: NAME ?? 'mock',
  intercept(rpc, answer) {
    if (rpc === CRASH_AT) {
      console.error(`panicked at ${rpc}`);
      process.exit(101);
    }
    if (isMute) throw new Refusal(status.CANCELLED, 'the lock is poisoned');
    isMute = rpc === MUTE_AFTER;
    return rpc === HANG_AT || isMute ? new Promise(() => {}) : answer();
  },
});
console.log(`listening on ${PORT}`);
