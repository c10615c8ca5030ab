/** Secrets that requests and answers hold in the clear are wiped when their call is over, however it ends. */
import { readFile } from 'node:fs/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { MLSClientService, StorePSKRequest } from '../../src/generated/mls_client.ts';
import { servedCalls, type Call, type Handlers, type Rpc } from '../../src/service/calls.ts';
import { serviceLog } from '../../src/service/log.ts';
import { engineHandlers } from '../../src/service/service.ts';
import { history, psk } from '../mls/secrets/service-history.ts';
import { connect } from './support/client.ts';
import { fakeServer } from './support/fake-handlers.ts';
import { bytes, testOptions } from './support/service.ts';

const quiet = () => serviceLog(false, { write: () => undefined });

/** Fields of the interface that hold what only a member may know. */
const secretFields = new Set(['initPriv', 'encryptionPriv', 'signaturePriv', 'pskSecret', 'plaintext', 'exportedSecret', 'stateAuthSecret', 'epochAuthenticator']);
/** Those that the Delivery Service may see. */
const publicFields = [
  ...['groupId', 'identity', 'removedId', 'pskId', 'context', 'authenticatedData', 'proposalType', 'extensionData', 'externalSender'],
  ...['keyPackage', 'keyPackages', 'groupInfo', 'ratchetTree', 'proposal', 'byReference', 'commit', 'welcome', 'ciphertext'],
];

test('every field of octets in the interface is one that is wiped or one that anybody may see', async () => {
  const proto = await readFile(new URL('../../proto/mls_client.proto', import.meta.url), 'utf8');
  const names = Array.from(proto.matchAll(/^\s*(?:repeated )?bytes (\w+) =/gm), ([, name]) => name!.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase()));
  expect(new Set(names)).toEqual(new Set([...secretFields, ...publicFields]));
});

test('after a history over the wire no request and no answer holds a secret any more, and all else is as it was', async () => {
  const { handlers } = engineHandlers(testOptions(), quiet());
  const messages: { readonly message: Message; readonly before: Message }[] = [];
  const seen = (message: object): void => void messages.push({ message: message as Message, before: structuredClone(message) as Message });
  const watched = Object.fromEntries(
    Object.entries(handlers).map(([rpc, handler]) => [
      rpc,
      async (request: object, call: Call) => {
        seen(request);
        const answer = (await (handler as (request: object, call: Call) => unknown)(request, call)) as object;
        seen(answer);
        return answer;
      },
    ]),
  ) as unknown as Handlers;
  const server = await fakeServer(watched);
  using client = connect(server.address);

  const { ids, told } = await history(client, true);
  const { stateAuthSecret } = await client.call('stateAuth', { stateId: ids[0]! });
  await server.stop();

  // The caller has got them.
  for (const secret of [...told, stateAuthSecret]) expect(secret.some((byte) => byte !== 0)).toBe(true);
  const seenSecrets = new Set<string>();
  for (const { message, before } of messages) {
    expect(othersIn(message)).toEqual(othersIn(before));
    for (const [name, secret] of secretsIn(before)) if (secret.length > 0) seenSecrets.add(name);
    for (const [name, secret] of secretsIn(message)) expect({ name, secret }).toEqual({ name, secret: new Uint8Array(secret.length) });
  }
  expect(seenSecrets).toEqual(secretFields);
});

type Message = Readonly<Record<string, unknown>>;
const parts = (message: Message): Message[] => [message, ...((message['psks'] ?? []) as Message[])];
const secretsIn = (message: Message): [string, Uint8Array][] => parts(message).flatMap((part) => Object.entries(part).filter(([name]) => secretFields.has(name)) as [string, Uint8Array][]);
const othersIn = (message: Message): unknown[] => parts(message).flatMap((part) => Object.entries(part).filter(([name]) => !secretFields.has(name) && name !== 'psks'));

describe('the bytes of a request', () => {
  let handlers: Handlers;
  beforeEach(() => {
    ({ handlers } = engineHandlers(testOptions(), quiet()));
  });

  /** Has a request worked on as gRPC hands it over; gives the answer's status. */
  const served = (rpc: Rpc, request: Buffer, maxConcurrentCalls = 10): Promise<number> =>
    new Promise((resolve) => {
      const { implementation } = servedCalls(handlers, { limits: { ...testOptions().limits, maxConcurrentCalls }, log: quiet() });
      (implementation[rpc] as (call: object, callback: (error: { code: number } | null) => void) => void)({ request, on: () => undefined }, (error) => resolve(error?.code ?? 0));
    });
  const storing = (stateOrTransactionId: number): Buffer => Buffer.from(StorePSKRequest.encode({ stateOrTransactionId, pskId: bytes('id'), pskSecret: psk() }).finish());

  test.each<[string, () => Promise<Buffer>]>([
    ['succeeds', async () => storing((await handlers.createGroup({ ...MLSClientService.createGroup.requestDeserialize(Buffer.alloc(0)), cipherSuite: 1 }, call)).stateId)],
    ['fails', async () => storing(77)],
    ['does not decode', async () => Buffer.concat([storing(1), Buffer.from([0x0f])])],
    ['comes while too many are worked on', async () => storing(1)],
  ])('hold no PSK after a StorePSK that %s', async (how, make) => {
    const request = await make();
    expect(request.includes(psk())).toBe(true);

    expect((await served('storePsk', request, how.startsWith('comes') ? 0 : 10)) === 0).toBe(how === 'succeeds');

    expect(request.includes(psk())).toBe(false);
  });

  const call: Call = { ensureWanted: () => undefined, notice: () => undefined };
});
