/** A program that calls a service without end, until it is killed: leaving-client.ts ADDRESS STATE_ID. Prints a line for each answer. */
import { connect } from './client.ts';
import { bytes } from './service.ts';

const [address, stateId] = process.argv.slice(2);
const { call } = connect(address!);
const id = Number(stateId);

for (let n = 0; ; n++) {
  const calls = [
    call('commit', { stateId: id, forcePath: true }),
    call('handlePendingCommit', { stateId: id }),
    call('createGroup', { groupId: bytes(`group ${n}`), cipherSuite: 1, identity: bytes('leaving') }),
    call('protect', { stateId: id, plaintext: new Uint8Array(10_000) }),
  ];
  for (const one of calls) {
    await one;
    process.stdout.write('answered\n');
  }
}
