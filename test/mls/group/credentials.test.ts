import { describe, expect, it } from 'vitest';
import { add, createClient, nativeProvider, update, type Client, type Credential, type CredentialCheck, type Group } from '../../../src/index.ts';
import { policyWith } from '../../../src/hostile/open-policy.ts';
import { x509Credential } from '../../support/x509.ts';

const crypto = nativeProvider();
const suite = crypto.cipherSuite(1);

async function x509Client(subject: string, checks: CredentialCheck[] = [], certified?: Uint8Array): Promise<Client> {
  const signatureKey = await suite.generateSignatureKey();
  const policy = policyWith({
    validateCredential(check) {
      checks.push(check);
      return true;
    },
  });
  return createClient({ crypto, cipherSuite: 1, credential: x509Credential(subject, certified ?? signatureKey.publicKey), signatureKey, policy });
}

describe('x509 credentials', () => {
  it('the chain reaches the policy of everyone who relies on it, and the group works', async () => {
    const checks: CredentialCheck[] = [];
    const [alice, bob] = [await x509Client('alice', checks), await x509Client('bob', checks)];
    const adding = await (await alice.createGroup()).commit({ proposals: [add((await bob.createKeyPackage()).message)] });
    const joined = await bob.join(adding.welcome!);
    expect(joined.epochAuthenticator).toEqual(adding.group.epochAuthenticator);
    expect(checks.map(({ credential }) => credential)).toContainEqual(bob.credential);
    expect(checks.map(({ credential }) => credential)).toContainEqual(alice.credential);
  });

  it('R-5.3-03: a certificate of another key is refused', async () => {
    const alice = await x509Client('alice');
    const mallory = await x509Client('mallory', [], (await suite.generateSignatureKey()).publicKey);
    const group = await alice.createGroup();
    const { message } = await mallory.createKeyPackage();
    await expect(group.commit({ proposals: [add(message)] })).rejects.toMatchObject({ code: 'invalid', requirement: 'R-5.3-03' });
  });

  it('a member may replace its credential and signature key by an Update and by the path of a Commit', async () => {
    const [alice, bob] = await Promise.all(['alice', 'bob'].map((credential) => createClient({ crypto, cipherSuite: 1, credential, policy: policyWith({ isSuccessor: () => true }) })));
    const adding = await (await alice!.createGroup()).commit({ proposals: [add((await bob!.createKeyPackage()).message)] });
    let [a, b]: [Group, Group] = [adding.group, await bob!.join(adding.welcome!)];
    const change = async (subject: string) => {
      const signatureKey = await suite.generateSignatureKey();
      return { signatureKey, credential: x509Credential(subject, signatureKey.publicKey) as Credential };
    };
    const updating = await b.propose(update(await change('bob')));
    const proposed = await a.receive(updating.message);
    if (proposed.kind !== 'proposal') throw new Error(proposed.kind);
    const committing = await proposed.group.commit({ leaf: await change('alice') });
    a = committing.group;
    const received = await updating.group.receive(committing.commit);
    if (received.kind !== 'commit') throw new Error(received.kind);
    b = received.group;
    expect(b.members.map(({ credential }) => credential.credentialType)).toEqual(['x509', 'x509']);
    for (const [from, to] of [[a, b], [b, a]] as const) expect((await to.receive(await from.send(Uint8Array.of(1)))).kind).toBe('application');
    const next = await b.commit();
    expect((await a.receive(next.commit)).kind).toBe('commit');
  });
});
