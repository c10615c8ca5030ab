/** The service's log: lines of JSON on stderr, with names, ids, sizes and times, never bytes of a message or a secret. */
import { destination, pino, stdTimeFunctions, type DestinationStream } from 'pino';

/** What is known of an rpc when it is over. */
export interface CallRecord {
  readonly rpc: string;
  /** The id that the request named, when it names one. */
  readonly id?: number | undefined;
  readonly status: string;
  readonly ms: number;
  /** Lengths of request and response in bytes. */
  readonly in: number;
  readonly out: number;
  /** What the caller was told, when the call failed. */
  readonly error?: string | undefined;
}

export interface ServiceLog {
  call(record: CallRecord): void;
  /** Something tolerated that a strict implementation would not. The first of each `kind` is always shown. */
  notice(kind: string, message: string): void;
  /** An error that should not have been possible, with its stack. */
  bug(rpc: string, error: unknown): void;
  info(message: string, fields?: Readonly<Record<string, string | number | boolean>>): void;
}

/** @param everything false shows only bugs and the first notice of each kind */
export function serviceLog(everything: boolean, stream: DestinationStream = standardError()): ServiceLog {
  const log = pino({ level: everything ? 'info' : 'warn', base: { pid: process.pid }, timestamp: stdTimeFunctions.isoTime }, stream);
  const seen = new Set<string>();
  return {
    call: (record) => log.info(record, 'call'),
    notice(kind, message) {
      log[seen.has(kind) ? 'info' : 'warn']({ notice: kind }, message);
      seen.add(kind);
    },
    bug: (rpc, error) => log.error({ rpc, stack: error instanceof Error ? stackOf(error) : String(error) }, 'a bug in this service'),
    info: (message, fields) => log.info(fields ?? {}, message),
  };
}

function standardError(): DestinationStream {
  const stream = destination({ dest: 2, sync: true });
  // A full disk or a closed pipe behind stderr must not stop the service.
  stream.on('error', () => undefined);
  return stream;
}

const stackOf = (error: Error): string =>
  error.cause instanceof Error ? `${error.stack}\ncaused by ${stackOf(error.cause)}` : (error.stack ?? error.message);
