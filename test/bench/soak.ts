/**
 * Full-rate traffic against a service in a process of its own: node test/bench/soak.ts --help
 *
 * Groups come and go: people are added and removed, propose, commit, send, join from outside, branch, reinitialize, leave without Free;
 * and between all that come calls that must be refused. Every minute it prints the rate and the memory of the service:
 * its heap after a collection and its resident set. Exit code 1 when memory is not flat, or anything went otherwise than it should.
 *
 * Flat: see ../support/soak-flatness.ts. The heap may rise by a tenth of its mean, or 8 MiB; the resident set by a quarter, or 64 MiB: it follows how
 * fast garbage is made, since the collector keeps pages that it has emptied; what is outside the heap would show there.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { seconds as duration } from '../../src/cli/participants.ts';
import { wholeNumber } from '../../src/cli/selection.ts';
import { connect } from '../service/support/client.ts';
import { parsed, tool } from '../support/tool.ts';
import { fitted, type MemorySample } from '../support/soak-flatness.ts';
import { Traffic } from './soak-traffic.ts';

const minute = 60;
const MiB = 2 ** 20;

/** Seconds after which the service gives up what was left without Free. */
const lifetime = 120;

interface Sample {
  readonly seconds: number;
  readonly calls: number;
  readonly heap: number;
  readonly resident: number;
}

interface SoakOptions {
  /** In seconds, as are `every` and `warmUp`. */
  readonly seconds: number;
  readonly jobs: number;
  readonly every: number;
  readonly warmUp?: number;
}

const { seconds, jobs, every, ...given } = parsed<SoakOptions>(
  tool({
    program: 'node test/bench/soak.ts',
    description: 'Traffic at full rate against a service in a process of its own, whose memory is to stay flat. Exit code 1 when it does not, or anything went otherwise than it should.',
    examples: ['node test/bench/soak.ts', 'node test/bench/soak.ts --seconds 120 --every 10', "make soak ARGS='--seconds 600'"],
  })
    .option('--seconds <N>', 'how long', duration, 3600)
    .option('--jobs <N>', 'callers at a time', wholeNumber, 4)
    .option('--every <SECONDS>', 'how often the memory is looked at', duration, minute)
    .option('--warm-up <SECONDS>', 'what the memory does before that is not judged (default: a quarter of the time, up to 300)', duration),
).options;
const warmUp = given.warmUp ?? Math.min(300, seconds / 4);

async function main(): Promise<boolean> {
  const service = await startService();
  let good = false;
  try {
    good = await soak(service);
  } finally {
    service.child.kill('SIGTERM');
    const end = await service.end;
    console.log(`the service ended with ${end}`);
    good &&= end === 0;
  }
  return good;
}

async function soak(service: Service): Promise<boolean> {
  const clients = Array.from({ length: jobs }, () => connect(service.address));
  const traffic = new Traffic();
  const start = performance.now();
  const elapsed = (): number => (performance.now() - start) / 1000;
  const working = clients.map(async (client, job) => {
    for (let round = 0; elapsed() < seconds && traffic.wrong.length === 0; round++) await traffic.life(client, job * 1_000_000 + round);
  });

  const samples: Sample[] = [];
  let last = { calls: 0, at: 0 };
  const done = Promise.all(working).then(() => 'done' as const);
  for (;;) {
    const state = await Promise.race([done, sleep(every * 1000)]);
    const at = elapsed();
    const { heap, resident } = await memory(service);
    samples.push({ seconds: at, calls: traffic.calls, heap, resident });
    const rate = (traffic.calls - last.calls) / (at - last.at);
    const counts = [`${rate.toFixed(0)} calls/s`, `${traffic.calls} calls`, `${traffic.lives} groups`, `${traffic.refused} refused`, `heap ${mib(heap)} MiB`, `resident ${mib(resident)} MiB`];
    console.log([`${at.toFixed(0)} s`, ...counts].map((text) => text.padStart(19)).join(''));
    last = { calls: traffic.calls, at };
    if (state === 'done' || traffic.wrong.length > 0) break;
  }
  for (const wrong of traffic.wrong) console.log(`wrong: ${wrong}`);
  const verdicts = [
    judge('heap', samples.map(({ heap, ...at }) => ({ ...at, bytes: heap })), { bytes: 8 * MiB, share: 0.1 }),
    judge('resident set', samples.map(({ resident, ...at }) => ({ ...at, bytes: resident })), { bytes: 64 * MiB, share: 0.25 }),
  ];
  for (const client of clients) client[Symbol.dispose]();
  return verdicts.every((flat) => flat) && traffic.wrong.length === 0;
}

const mib = (bytes: number): string => (bytes / MiB).toFixed(1);

/** Whether memory rises with time by no more than is allowed, the larger of the two. */
function judge(what: string, all: readonly MemorySample[], most: { readonly bytes: number; readonly share: number }): boolean {
  const samples = all.filter((sample) => sample.seconds >= warmUp);
  if (samples.length < 4) {
    console.log(`${what}: ${samples.length} samples after the warm-up of ${warmUp} s are too few to judge`);
    return false;
  }
  const { mean, rise } = fitted(samples, lifetime);
  const allowed = Math.max(most.bytes, mean * most.share);
  const flat = rise <= allowed;
  console.log(`${what}: ${mib(mean)} MiB on average after ${warmUp} s, of its own it rises by ${mib(rise)} MiB of ${mib(allowed)} allowed: ${flat ? 'flat' : 'NOT FLAT'}`);
  return flat;
}

interface Service {
  readonly child: ChildProcess;
  readonly address: string;
  /** The exit code, or the signal that ended it. */
  readonly end: Promise<number | string>;
}

/** A service that can be asked for its memory, and that soon gives up what was left without Free. */
async function startService(): Promise<Service> {
  const fileOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
  const program = ['--expose-gc', '--import', fileOf('soak-memory.ts'), fileOf('../../src/cli/main.ts')];
  const options = ['--listen', '127.0.0.1:0', '--state-lifetime', String(lifetime), '--pending-join-lifetime', String(lifetime)];
  const child = spawn(process.execPath, [...program, 'serve', ...options], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  const end = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string);
  const [line] = await unlessEnded(once(child.stdout!, 'data') as Promise<[Buffer]>, end);
  return { child, end, address: /^listening on (\S+)/.exec(line.toString())![1]! };
}

const unlessEnded = <T>(event: Promise<T>, end: Promise<number | string>): Promise<T> =>
  Promise.race([event, end.then((how) => Promise.reject(new Error(`the service ended with ${how}`)))]);

async function memory({ child, end }: Service): Promise<{ readonly heap: number; readonly resident: number }> {
  child.send('memory');
  const [answer] = await unlessEnded(once(child, 'message') as Promise<[{ readonly heap: number; readonly resident: number }]>, end);
  return answer;
}

const good = await main().catch(({ message }: Error) => {
  console.log(message);
  return false;
});
process.exit(good ? 0 : 1);
