/** The process of the service, and the calls to it. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { status, type ServiceError } from '@grpc/grpc-js';
import type { Request, Response, Rpc } from '../../../src/service/calls.ts';
import { connect, type TestClient } from '../../service/support/client.ts';
import type { Told } from './server.ts';
import type { Tally } from './tally.ts';

export interface Memory {
  /** Bytes after garbage collection: JavaScript's heap and what it holds outside. */
  readonly heap: number;
  readonly rss: number;
  /** Live ids. */
  readonly entries: number;
}

export class Besieged implements Disposable {
  readonly #process: ChildProcess;
  readonly #client: TestClient;
  readonly #tally: Tally;
  #isOver = false;

  private constructor(child: ChildProcess, address: string, tally: Tally) {
    this.#process = child;
    this.#client = connect(address);
    this.#tally = tally;
    child.on('message', (told: Told) => {
      if ('bug' in told) tally.wrong(told.bug);
      if ('late' in told) tally.late(told.late, told);
    });
    child.on('exit', (code, signal) => this.#isOver || tally.wrong(`the service ended with ${signal ?? code}`));
  }

  static async start(tally: Tally): Promise<Besieged> {
    const child = fork(fileURLToPath(new URL('server.ts', import.meta.url)), { execArgv: ['--expose-gc'] });
    const [told] = (await once(child, 'message')) as [Extract<Told, { address: string }>];
    return new Besieged(child, told.address, tally);
  }

  /** A call that must succeed. @throws ServiceError when it does not; the tally knows by then */
  async valid<R extends Rpc>(rpc: R, request: Partial<Request<R>>): Promise<Response<R>> {
    return this.#call(rpc, request, false);
  }

  /** A call with something mutated. @returns the answer when it was accepted */
  async mutated<R extends Rpc>(rpc: R, request: Partial<Request<R>>): Promise<Response<R> | undefined> {
    return this.#call(rpc, request, true).catch(() => undefined);
  }

  async #call<R extends Rpc>(rpc: R, request: Partial<Request<R>>, isMutated: boolean): Promise<Response<R>> {
    const start = performance.now();
    const answered = (code: status, details: string): void => this.#tally.answered(rpc, code, { isMutated, ms: performance.now() - start, details });
    try {
      const response = await this.#client.call(rpc, request);
      answered(status.OK, '');
      return response;
    } catch (error) {
      const { code, details } = error as ServiceError;
      if (code === undefined) throw error;
      answered(code, details);
      throw error;
    }
  }

  async memory(): Promise<Memory> {
    const told = new Promise<Memory>((resolve) => {
      const listen = (one: Told): void => {
        if (!('heap' in one)) return;
        this.#process.off('message', listen);
        resolve(one);
      };
      this.#process.on('message', listen);
    });
    this.#process.send('memory');
    return told;
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#client[Symbol.dispose]();
    this.#process.kill();
  }
}
