/** KeyPackages and the leaves in them, as far as the catalogue of violations does not go: RFC 9420 §5, §7.2, §7.3. */
import { describe, expect, test } from 'vitest';
import { add } from '../../src/index.ts';
import { knownExtension } from '../../src/mls/group/group-extensions.ts';
import type { KeyPackageBundle } from '../../src/mls/group/key-package.ts';
import type { RequirementId } from '../../src/mls/requirements.ts';
import type { UnsignedLeafNode } from '../../src/mls/tree/leaf-node.ts';
import { certificateFor, x509 } from '../../src/hostile/forge/forge-certificate.ts';
import { forgeCommit } from '../../src/hostile/forge/forge-commit.ts';
import { addOf, forgeKeyPackage, type KeyPackageForgery } from '../../src/hostile/forge/forge-leaf.ts';
import { forgeProposal } from '../../src/hostile/forge/forge-message.ts';
import { policyWith } from '../../src/hostile/open-policy.ts';
import { follows, fingerprint, judgeProposal, refused, refuses } from './support.ts';
import { capabilities, history, keyPackageOf, suite } from '../support/people.ts';

const now = BigInt(Math.floor(Date.now() / 1000));
const { groups: [a, b] } = await history(['alice', 'bob']);

/** The Add is refused as a proposal and in a Commit; the honest Add of the same person is accepted both ways. */
async function judgeAdd(violating: KeyPackageBundle, twin: KeyPackageBundle, requirement: RequirementId, groups = [a!, b!]): Promise<void> {
  const [from, to] = [groups[0]!, groups[1]!];
  await judgeProposal({ to, violating: await forgeProposal(from.state, addOf(violating)), twin: await forgeProposal(from.state, addOf(twin)), requirement });
  await refused(to, (await forgeCommit(from.state, { proposals: [addOf(violating)], path: 'none' })).message, { requirement });
  await follows(to, await forgeCommit(from.state, { proposals: [addOf(twin)], path: 'none' }));
  // A careful committer does not send it in the first place.
  const before = fingerprint(to);
  await expect(to.commit({ proposals: [add(violating.keyPackage)] })).rejects.toMatchObject({ name: 'MLSError' });
  expect(fingerprint(to)).toBe(before);
}

const leafWith = (changes: Partial<UnsignedLeafNode>): KeyPackageForgery => ({ leaf: (leaf) => ({ ...leaf, ...changes }) as UnsignedLeafNode });

describe('an Add is refused of a KeyPackage with', () => {
  test('R-7.3-10: a lifetime that is over, or has not begun', async () => {
    const charlie = await keyPackageOf('charlie');
    for (const lifetime of [{ notBefore: now - 30_000n, notAfter: now - 20_000n }, { notBefore: now + 20_000n, notAfter: now + 30_000n }]) {
      await judgeAdd(await forgeKeyPackage(suite, charlie, leafWith({ lifetime } as Partial<UnsignedLeafNode>)), charlie, 'R-7.3-10');
    }
  });

  test('R-7.2-10: a lifetime beyond the configured maximum', async () => {
    const short = await history(['alice', 'bob'], { policy: policyWith({ maximumLifetime: 100_000n }) });
    const charlie = await keyPackageOf('charlie');
    const long = await keyPackageOf('charlie', { lifetime: { notBefore: now, notAfter: now + 100_001n } });
    await judgeAdd(long, charlie, 'R-7.2-10', [...short.groups]);
  });
});

test('R-5.3-03: an x509 leaf whose certificate is for its own key is accepted', async () => {
  const key = await suite.generateSignatureKey();
  const charlie = await keyPackageOf('charlie', { credential: x509(certificateFor(suite, key.publicKey)), signatureKey: key });
  await follows(b!, await forgeCommit(a!.state, { proposals: [addOf(charlie)] }));
});

test('R-5.1.1-04: nobody encrypts to a key whose DH result is zero', async () => {
  const zero = new Uint8Array(32);
  await refuses(() => suite.hpkeSeal(zero, zero, zero, zero), { requirement: 'R-5.1.1-04' });
  await suite.hpkeSeal((await suite.generateHPKEKey()).publicKey, zero, zero, zero);
});

test('R-7.3-04: an Add whose leaf lacks a required proposal type is refused', async () => {
  const required = knownExtension('required_capabilities', { extensionTypes: [], proposalTypes: [0xf002], credentialTypes: [] });
  const { groups } = await history(['alice', 'bob'], { groupExtensions: [required], customProposals: [{ type: 0xf002, requiresPath: false, external: false }] });
  const charlie = await keyPackageOf('charlie', { capabilities: { ...capabilities, proposals: [0xf002] } });
  const violating = await forgeKeyPackage(suite, charlie, leafWith({ capabilities }));
  await refused(groups[1]!, (await forgeCommit(groups[0]!.state, { proposals: [addOf(violating)] })).message, { requirement: 'R-7.3-04' });
  await follows(groups[1]!, await forgeCommit(groups[0]!.state, { proposals: [addOf(charlie)] }));
});

test('R-7.3-07: an x509 path leaf in a group with a member that lists only basic is refused', async () => {
  const { groups } = await history(['alice', 'bob'], { policy: policyWith({ isSuccessor: () => true }) });
  const basicOnly = await keyPackageOf('charlie', { capabilities: { ...capabilities, credentials: [1] } });
  const adding = await forgeCommit(groups[0]!.state, { proposals: [addOf(basicOnly)] });
  const bobs = await follows(groups[1]!, adding);
  const credential = x509(certificateFor(suite, groups[0]!.state.signatureKey.publicKey));
  await refused(bobs, (await forgeCommit(adding.state, { path: { leaf: (leaf) => ({ ...leaf, credential }) } })).message, { requirement: 'R-7.3-07' });
  await follows(bobs, await forgeCommit(adding.state));
});

describe('before an Add is sent', () => {
  test('R-7.3-09: a local request to add an expired KeyPackage is refused', async () => {
    const expired = await keyPackageOf('charlie', { lifetime: { notBefore: now - 30_000n, notAfter: now - 20_000n } });
    await refuses(() => a!.commit({ proposals: [add(expired.message)] }), { requirement: 'R-7.3-09' });
    await refuses(() => a!.propose(add(expired.message)), { requirement: 'R-7.3-09' });
    await a!.commit({ proposals: [add((await keyPackageOf('charlie')).message)] });
  });

  test('R-5.3.1-02: a local request to add a client whose credential is refused', async () => {
    const policy = policyWith({ validateCredential: ({ credential }) => credential.credentialType === 'basic' && credential.identity[0] !== 0x6d });
    const { groups: [careful] } = await history(['alice', 'bob'], { policy });
    await refuses(async () => careful!.commit({ proposals: [add((await keyPackageOf('mallory')).message)] }), { requirement: 'R-5.3.1-02' });
    await careful!.commit({ proposals: [add((await keyPackageOf('charlie')).message)] });
  });
});
