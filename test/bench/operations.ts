/** What is measured: each operation with what comes before it, what it must result in, and its primitive floor. */
import { add, type CryptoProvider } from '../../src/index.ts';
import { sameBytes } from '../../src/mls/bytes.ts';
import type { Client, Engine, MemberGroup } from './engine.ts';
import { addOneFloor, createGroupFloor, joinFloor, keyPackageFloor, processFloor, protectFloor, unprotectFloor, updateFloor, type Operations } from './floor.ts';
import { applicationData, joinNatively, type Stage, type World } from './world.ts';

/** An implementation in the world of one size. */
export interface Contestant {
  readonly engine: Engine;
  readonly world: World;
  readonly crypto: CryptoProvider;
  readonly creator: Client;
  readonly newcomer: Client;
  readonly cold: Membership;
  readonly warm: Membership;
}

/** The last member of a stage. */
export interface Membership {
  readonly stage: Stage;
  readonly client: Client;
  readonly group: MemberGroup;
}

export async function contestant(engine: Engine, world: World, crypto: CryptoProvider): Promise<Contestant> {
  const membership = async (stage: Stage): Promise<Membership> => {
    const client = await engine.client(stage.last);
    return { stage, client, group: await (await client.joiner()).join(stage.welcome) };
  };
  return {
    engine,
    world,
    crypto,
    creator: await engine.client(world.creator),
    newcomer: await engine.client(world.newcomer),
    cold: await membership(world.cold),
    warm: await membership(world.warm),
  };
}

export interface Operation {
  readonly name: string;
  /** Whether it is the same at every size. */
  readonly sizeless?: boolean;
  /** Makes ready for the n-th run of this implementation. */
  prepare(contestant: Contestant, n: number): Promise<Run>;
  floor(world: World): Operations;
}

export interface Run {
  /** What is measured. */
  run(): Promise<void>;
  /** Throws unless what came out is what the other members accept, as our native engine sees it. */
  check(): Promise<void>;
}

function once<T>(run: () => Promise<T>, check: (result: T) => Promise<void>): Run {
  let result: T;
  return {
    async run() {
      result = await run();
    },
    check: () => check(result),
  };
}

const createKeyPackage: Operation = {
  name: 'create a KeyPackage',
  sizeless: true,
  prepare: async ({ newcomer, world }) =>
    once(
      () => newcomer.createKeyPackage(),
      async (keyPackage) => void (await world.cold.first.commit({ proposals: [add(keyPackage)] })),
    ),
  floor: () => keyPackageFloor,
};

const createGroup: Operation = {
  name: 'create a group, add all others',
  prepare: async ({ creator, world, crypto }) =>
    once(
      () => creator.createGroup(world.others),
      async ({ welcome }) => void (await joinNatively(crypto, world.cipherSuite, world.cold.last, welcome)),
    ),
  floor: createGroupFloor,
};

type Temperature = 'cold' | 'warm';

const join = (temperature: Temperature): Operation => ({
  name: `join, ${temperature} tree`,
  async prepare({ [temperature]: { client, stage } }) {
    const joiner = await client.joiner();
    return once(
      () => joiner.join(stage.welcome),
      async ({ epochAuthenticator }) => expectSame(epochAuthenticator, stage.first.epochAuthenticator),
    );
  },
  floor: (world) => joinFloor(world, world[temperature], temperature === 'warm'),
});

const update = (temperature: Temperature): Operation => ({
  name: `update Commit, ${temperature} tree`,
  prepare: async ({ [temperature]: { group, stage } }) =>
    once(
      () => group.update(),
      (commit) => acceptedBy(stage, commit),
    ),
  floor: (world) => updateFloor(world[temperature]),
});

const processUpdate = (temperature: Temperature): Operation => ({
  name: `process an update Commit, ${temperature} tree`,
  async prepare({ [temperature]: { group, stage }, engine }, n) {
    const peer = await stage.update(engine.replays ? 0 : n);
    return once(
      () => group.process(peer.commit),
      async ({ epochAuthenticator }) => expectSame(epochAuthenticator, peer.epochAuthenticator),
    );
  },
  floor: (world) => processFloor(world[temperature]),
});

const addOne: Operation = {
  name: 'add one, warm tree',
  async prepare({ warm: { group, stage }, newcomer }) {
    const added = await newcomer.createKeyPackage();
    return once(
      () => group.addOne(added),
      ({ commit }) => acceptedBy(stage, commit),
    );
  },
  floor: addOneFloor,
};

const protect: Operation = {
  name: 'protect 1 KiB',
  prepare: async ({ warm: { group, stage } }) =>
    once(
      () => group.protect(applicationData),
      async (message) => {
        const received = await (await stage.judge()).receive(message);
        if (received.kind !== 'application') throw new Error(received.kind);
        expectSame(received.data, applicationData);
      },
    ),
  floor: () => protectFloor,
};

const unprotect: Operation = {
  name: 'unprotect 1 KiB',
  async prepare({ warm: { group, stage } }, n) {
    const message = await stage.message(n);
    return once(
      () => group.unprotect(message),
      async (data) => expectSame(data, applicationData),
    );
  },
  floor: () => unprotectFloor,
};

export const operations: readonly Operation[] = [
  createKeyPackage,
  createGroup,
  join('cold'),
  join('warm'),
  update('cold'),
  update('warm'),
  processUpdate('cold'),
  processUpdate('warm'),
  addOne,
  protect,
  unprotect,
];

async function acceptedBy(stage: Stage, commit: Uint8Array): Promise<void> {
  const { kind } = await (await stage.judge()).receive(commit);
  if (kind !== 'commit') throw new Error(`a Commit was received as ${kind}`);
}

function expectSame(actual: Uint8Array, expected: Uint8Array): void {
  if (!sameBytes(actual, expected)) throw new Error('members do not agree');
}
