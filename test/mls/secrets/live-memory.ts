/**
 * What the memory of this process holds right now: all typed arrays and buffers that anything still refers to, wherever they hang
 * (private fields, closures, WeakMaps, caches), and all private keys of node:crypto. The debugger's protocol collects the garbage
 * and lists what is left; the test of this file shows what it finds.
 */
import { KeyObject } from 'node:crypto';
import { Session } from 'node:inspector';

export interface LiveMemory {
  /** How many buffers and keys hold these bytes in full. */
  holders(value: Uint8Array): number;
}

/** Takes some 300 ms: the garbage is collected first. */
export function liveMemory(): LiveMemory {
  const objects = liveObjects();
  const buffers = objects.flatMap((one) => (ArrayBuffer.isView(one) ? [one.buffer] : one instanceof ArrayBuffer ? [one] : []));
  const whole = Array.from(new Set(buffers), (buffer) => Buffer.from(buffer));
  const keys = objects.filter(isPrivateKey).map((key) => key.export({ format: 'raw-private' }));
  return { holders: (value) => [...whole, ...keys].filter((bytes) => bytes.includes(value)).length };
}

/** Every object that is referred to and inherits from Object. */
function liveObjects(): readonly object[] {
  const session = new Session();
  session.connect();
  const post = (method: string, params: object): Record<string, { readonly objectId: string }> => {
    let answer: unknown;
    // The session answers before it returns.
    session.post(method, params, (error, result) => {
      if (error !== null) throw error;
      answer = result;
    });
    return answer as Record<string, { readonly objectId: string }>;
  };
  const { objectId: prototypeObjectId } = post('Runtime.evaluate', { expression: 'Object.prototype' })['result']!;
  const { objectId } = post('Runtime.queryObjects', { prototypeObjectId })['objects']!;
  const place = globalThis as { found?: object[] };
  post('Runtime.callFunctionOn', { objectId, functionDeclaration: 'function () { globalThis.found = this; }' });
  const { found = [] } = place;
  delete place.found;
  session.disconnect();
  return found;
}

function isPrivateKey(one: object): one is KeyObject {
  try {
    return one instanceof KeyObject && one.type === 'private';
  } catch {
    // A prototype inherits from KeyObject and is none; a Proxy may refuse the question.
    return false;
  }
}
