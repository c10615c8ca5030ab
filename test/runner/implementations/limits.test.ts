import { expect, test } from 'vitest';
import { MLSClientService } from '../../../src/generated/mls_client.ts';
import { undeclared, type Rpc } from '../../../src/runner/implementation.ts';
import { declares, featureOf, features, rpcsOf, type Feature } from '../../../src/runner/implementations/features.ts';
import { limitFor, type Limit } from '../../../src/runner/implementations/limits.ts';
import { needs } from '../../../src/runner/implementations/needs.ts';
import { parseScripts } from '../../../src/runner/script.ts';
import { scriptOf } from '../../support/mock-cases.ts';

test('every rpc is of exactly one feature', () => {
  const rpcs = Object.keys(MLSClientService) as Rpc[];
  expect(features.flatMap(rpcsOf).sort()).toEqual([...rpcs].sort());
  expect(rpcs.filter((rpc) => !rpcsOf(featureOf(rpc)).includes(rpc))).toEqual([]);
});

test('an implementation declares the rpcs of its features and no others', () => {
  const implementation = { ...undeclared('x:1'), features: new Set<Feature>(['branch']) };
  expect(['createBranch', 'handleBranch', 'reInitCommit', 'name'].map((rpc) => declares(implementation, rpc as Rpc))).toEqual([true, true, false, false]);
});

const group = { action: 'createGroup', actor: 'alice', members: ['bob'] };

test.each<[object, Readonly<Record<string, readonly Feature[]>>]>([
  [{ action: 'fullCommit', actor: 'alice', members: ['bob'] }, {}],
  [{ action: 'externalJoin', actor: 'alice', joiner: 'carol', members: ['bob'] }, { alice: ['group-info'], carol: ['external-join'] }],
  [{ action: 'installExternalPSK', clients: ['bob'] }, { bob: ['external-psk'] }],
  [{ action: 'removeProposal', actor: 'alice', removed: 'bob' }, { alice: ['proposals'] }],
  [{ action: 'resumptionPSKProposal', actor: 'bob', epochID: 1 }, { bob: ['resumption-psk'] }],
  [{ action: 'commit', actor: 'bob', byValue: [{ proposalType: 'groupContextExtensions' }] }, { bob: ['group-context-extensions'] }],
  [{ action: 'protect', actor: 'bob', plaintext: '' }, { bob: ['application'] }],
  [{ action: 'export', actor: 'alice', length: 1 }, { alice: ['export'], bob: ['export'] }],
  [{ action: 'reinit', proposer: 'alice', committer: 'bob', welcomer: 'alice' }, { alice: ['reinit'], bob: ['reinit'] }],
  [{ action: 'branch', actor: 'alice', members: ['bob'] }, { alice: ['branch'], bob: ['branch', 'free'] }],
  [{ action: 'addExternalSigner', actor: 'alice', signer: 'sam' }, { alice: ['external-signer'], sam: ['external-signer'] }],
  [{ action: 'externalSignerProposal', actor: 'sam', member: 'bob', description: { proposalType: 'remove' } }, { sam: ['external-signer'], bob: ['group-info'] }],
  [{ action: 'newMemberAddProposal', actor: 'alice', joiner: 'carol' }, { alice: ['group-info'], carol: ['new-member-proposal'] }],
  [{ action: 'expectFailure', step: { action: 'updateProposal', actor: 'bob' } }, { bob: ['proposals'] }],
])('%j asks of its actors what they have to be able to do', (step, expected) => {
  const found = [...needs(scriptOf(group, step))].filter(([, needed]) => needed.size > 0).map(([actor, needed]) => [actor, [...needed]]);
  expect(Object.fromEntries(found)).toEqual(expected);
});

const { scripts } = parseScripts('commit.json', JSON.stringify({ scripts: { psk_1: [group, { action: 'branch', actor: 'alice', members: [] }] } }));
const role = { script: scripts[0]!, suite: 1, wire: 'public' } as const;

test.each<[Omit<Limit, 'reason'>, object, boolean]>([
  [{ suites: [1, 2] }, {}, true],
  [{ suites: [2] }, {}, false],
  [{ wire: 'public' }, {}, true],
  [{ wire: 'private' }, {}, false],
  [{ scripts: ['commit/psk_*'] }, {}, true],
  [{ scripts: ['joining', 'commit'] }, {}, true],
  [{ scripts: ['psk_1'] }, {}, false],
  [{ features: ['branch'] }, { actor: 'alice' }, true],
  [{ features: ['branch'] }, { actor: 'bob' }, false],
  [{ features: ['branch'] }, {}, true],
  [{ features: ['reinit'] }, {}, false],
  [{ suites: [1], wire: 'private' }, {}, false],
  [{ suites: [1], scripts: ['commit/**'], features: ['branch'] }, { actor: 'alice' }, true],
])('limit %j on %j: %s', (conditions, actor, applies) => {
  const limit = { reason: 'known', ...conditions };
  expect(limitFor({ limits: [limit] }, { ...role, ...actor })).toBe(applies ? limit : undefined);
});
