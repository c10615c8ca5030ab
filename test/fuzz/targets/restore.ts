/** What `Group.encode` stored, read back by `Client.restore`: bytes from a disk may be cut, mixed up or of somebody else. */
import { add, externalPsk, update, type Group } from '../../../src/index.ts';
import { sameBytes } from '../../../src/mls/bytes.ts';
import { encodeGroup } from '../../../src/mls/group/encode-group.ts';
import { PendingProposals } from '../../../src/mls/group/pending-proposals.ts';
import type { GroupState } from '../../../src/mls/group/state.ts';
import type { Random } from '../../../src/runner/random.ts';
import { mutatedValue } from '../mutate-values.ts';
import { holds, mustBeRefusal, type Outcome, type Target } from '../target.ts';
import { honestMessages, makeWorld, pskId, worldClient, type World } from '../world.ts';

async function run(input: Uint8Array): Promise<Outcome> {
  const before = input.slice();
  let group: Group;
  try {
    group = await (await worldClient('bob')).restore(input);
  } catch (error) {
    mustBeRefusal(error, ['malformed', 'unsupported', 'misuse', 'limit', 'invalid']);
    return { verdict: 'refused', feature: `${error.code} ${error.requirement ?? error.message.replaceAll(/\d+/g, '')}` };
  } finally {
    holds(sameBytes(input, before), 'the stored bytes changed');
  }
  // It can be looked at, and stored again.
  const seen = (one: Group): string => JSON.stringify([one.members.map(({ leafIndex }) => leafIndex), [...one.epochAuthenticator], [...one.ratchetTree()], one.pendingProposals.length, String(one.epoch)]);
  const again = await (await worldClient('bob')).restore(group.encode({ reserve: 2 }));
  holds(seen(again) === seen(group), 'what was restored and stored again is another group');
  return { verdict: 'accepted', feature: 'accepted' };
}

/** Of bob: in an epoch with others before it, with proposals of his own and of others pending, with a key left out of order. */
async function groupsOfBob(world: World): Promise<Group[]> {
  const { groups: [alice, bob], keyPackage } = world as World & { readonly groups: readonly [Group, Group] };
  const { data, encryptedProposal } = await honestMessages(world);
  const own = await bob.propose(update());
  const busy = await own.group.receive(encryptedProposal!);
  await bob.receive(data!);
  const ended = await alice.commit({ proposals: [add(keyPackage.message), externalPsk(pskId)] });
  return [bob, own.group, ...(busy.kind === 'proposal' ? [busy.group] : []), ended.group];
}

/** A group as no history could have made it, well encoded. */
function unlikely(state: GroupState, random: Random): Uint8Array {
  const { groupContext, ownLeafIndex, interimTranscriptHash, pendingProposals, pastEpochs, confirmationTag } = state;
  const parts = mutatedValue({ groupContext, ownLeafIndex, interimTranscriptHash, confirmationTag, pendingProposals: [...pendingProposals] }, { random, other: undefined });
  const kept = random.below(4) === 0 ? random.shuffle([...pastEpochs, ...pastEpochs.slice(0, 1)]) : pastEpochs;
  return encodeGroup({ ...state, ...parts, pendingProposals: PendingProposals.of(parts.pendingProposals), pastEpochs: kept }, 16);
}

export async function restoreTarget(): Promise<Target> {
  const groups = await groupsOfBob(await makeWorld());
  return {
    name: 'restore',
    covers: /\/src\/mls\/(group\/encode-group|epoch\/(secret-tree|hash-ratchet)|tree\/ratchet-tree|wire)/,
    seeds: groups.map((group) => group.encode({ reserve: 2 })),
    restructured: (_input, { random }) => unlikely(random.pick(groups).state, random),
    run,
  };
}
