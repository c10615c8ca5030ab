/** Implementations whose process is the runner's own: started on a free port, started anew after a crash, stopped at the end. */
import { status } from '@grpc/grpc-js';
import { CallError, dial, implementationOf, Unreachable, type Connection, type Declared, type Deadlines, type Implementation, type OwnProcess } from '../implementation.ts';
import { containerCommand, containerEngine } from './container.ts';
import { freePort, loopback } from './ports.ts';
import { startProcess, type ProcessOptions, type RunningProcess } from './process.ts';
import { withOwnProgram } from './programs.ts';
import { lastLines, Tail } from './tail.ts';

/** How one process is started, `{port}` and `{host}` still in it. */
export type Launch = {
  readonly workdir: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Values that nobody shall read in what it says, by the names of their variables. */
  readonly withheld?: ReadonlyMap<string, string>;
} & (
  | { readonly kind: 'cmd'; readonly command: readonly [program: string, ...args: string[]] }
  | { readonly kind: 'image'; readonly image: string; readonly containerPort: number; readonly arguments: readonly string[] }
);

export interface LaunchOptions {
  readonly label: string;
  readonly launch: Launch;
  readonly declared: Declared;
  readonly deadlines: Deadlines;
}

export interface Launched {
  readonly implementation: Implementation;
  /** Ends the process and waits for its end. */
  stop(): Promise<void>;
}

/**
 * @throws Unreachable when it cannot be started, ends, or does not answer within the connect deadline
 * @throws ConfigError when a container is asked for and nothing can run one
 */
export async function launch(options: LaunchOptions): Promise<Launched> {
  const own = new Own(options, await freePort());
  const connection = await own.start();
  const implementation: Implementation = {
    ...implementationOf({ ...connection, call: (rpc, request, within) => own.call((current) => current.call(rpc, request, within)) }, { ...options, address: own.address }),
    process: own,
    restart: () => own.restart(),
    close: () => void own.stop(),
  };
  return { implementation, stop: () => own.stop() };
}

const tailBytes = 64 * 1024;
const linesShown = 12;

class Own implements OwnProcess {
  readonly address: string;
  starts = 0;
  readonly #options: LaunchOptions;
  readonly #port: number;
  readonly #tail = new Tail(tailBytes);
  #process: RunningProcess | undefined;
  #connection: Connection | undefined;
  #restarting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  constructor(options: LaunchOptions, port: number) {
    this.#options = options;
    this.#port = port;
    this.address = `${loopback}:${port}`;
  }

  /** @throws Unreachable; nothing is left running then */
  async start(): Promise<Connection> {
    const { label, declared, deadlines } = this.#options;
    const from = this.#tail.written;
    const process = startProcess(processOptions(this.#options, this.#port, this.#tail));
    this.#process = process;
    this.starts++;

    const given = new AbortController();
    const ended = process.exit.then((how) => {
      throw new Error(how.startsWith('cannot') ? how : `${how} before it answered`);
    });
    try {
      this.#connection = await Promise.race([dial(this.address, deadlines, given.signal), ended]);
      return this.#connection;
    } catch (error) {
      given.abort();
      await process.stop();
      const why = `${label} (${declared.reach}, port ${this.#port}): ${(error as Error).message}`;
      throw new Unreachable(this.#cut(`${why}${lastLines(this.#tail.text(from), linesShown)}`), { cause: error });
    }
  }

  restart(): Promise<void> {
    this.#restarting ??= this.#startAnew().finally(() => (this.#restarting = undefined));
    return this.#restarting;
  }

  /** Calls wait for a restart that is under way, and fail if it does. */
  async call<T>(perform: (connection: Connection) => Promise<T>): Promise<T> {
    await this.#restarting?.catch(() => undefined);
    if (this.#connection === undefined) throw new CallError(status.UNAVAILABLE, `the process is not running: ${this.exited ?? 'it was stopped'}`);
    return perform(this.#connection);
  }

  stop(): Promise<void> {
    this.#stopping ??= (async () => {
      this.#disconnect();
      await this.#process?.stop();
      // One that was just being started anew.
      await this.#restarting?.catch(() => undefined);
    })();
    return this.#stopping;
  }

  get exited(): string | undefined {
    return this.#process?.exited;
  }

  alive(): boolean {
    return this.#process !== undefined && this.#process.exited === undefined;
  }

  get written(): number {
    return this.#tail.written;
  }

  output(from = 0): string {
    return this.#cut(this.#tail.text(from));
  }

  /** What a process says is shown in reports; it may well say its command line or its environment. */
  #cut(text: string): string {
    return [...(this.#options.launch.withheld ?? [])].reduce((rest, [name, value]) => rest.replaceAll(value, () => `\${${name}}`), text);
  }

  async #startAnew(): Promise<void> {
    const { label } = this.#options;
    this.#disconnect();
    await this.#process?.stop();
    if (this.#stopping !== undefined) throw new Unreachable(`${label} was stopped`);
    await this.start();
  }

  #disconnect(): void {
    this.#connection?.close();
    this.#connection = undefined;
  }
}

function processOptions({ launch }: LaunchOptions, port: number, tail: Tail): ProcessOptions {
  const { workdir, environment } = launch;
  if (launch.kind === 'cmd') {
    const filled = filler({ port: String(port), host: loopback });
    const [program, ...args] = withOwnProgram(launch.command, environment['PATH'] ?? process.env['PATH'] ?? '');
    return { command: [filled(program), ...args.map(filled)], workdir, environment: { PORT: String(port), ...mapValues(environment, filled) }, tail };
  }
  const { image, containerPort } = launch;
  // Inside, all interfaces: the loopback interface of a container is not where its published ports lead.
  const filled = filler({ port: String(containerPort), host: '0.0.0.0' });
  const { command, remove } = containerCommand(containerEngine(), {
    image,
    arguments: launch.arguments.map(filled),
    environment: mapValues(environment, filled),
    ports: { container: containerPort, host: port },
  });
  return { command, workdir, environment: {}, tail, afterwards: remove };
}

const filler =
  (values: { readonly port: string; readonly host: string }) =>
  (text: string): string =>
    text.replace(/\{(port|host)\}/g, (_, name: 'port' | 'host') => values[name]);

const mapValues = (record: Readonly<Record<string, string>>, change: (value: string) => string): Record<string, string> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
