/** docs/limits.md, from the options of `serve` and from what callers past them were told. */
import { status } from '@grpc/grpc-js';
import { limitRows } from '../../../src/cli/serve-limits.ts';
import type { Failure } from './limit-cases.ts';

export interface Example {
  readonly flag: string;
  readonly value: number;
  readonly failure: Failure;
}

/** @param tooLong what the engine alone says of a message of 10,001 bytes with `messageBytes` 10,000 */
export const limitsPage = (examples: readonly Example[], tooLong: string): string => `# Limits

What callers and peers can make the service and its engine keep and compute is bounded. Each bound is an option of \`mls-interop serve\`
and, for the engine, of \`createClient({ limits })\`. As many as the option says are accepted; one more is refused with the status and
the message below, the service stays as it was, and the next call is served. This page is made by \`test/service/limits.test.ts\`, which
goes past each limit; \`npx vitest run test/service/limits.test.ts -u\` makes it anew.

| option | default | bounds |
|---|---:|---|
${limitRows.map(({ flag, value, meaning }) => `| \`${flag}\` | ${value.toLocaleString('en')} | ${meaning} |`).join('\n')}

The engine takes the bounds of the lower part by other names, and one more, \`messageBytes\`, which \`serve\` sets to \`--max-message-bytes\`:

| option | name in \`limits\` of \`createClient\` |
|---|---|
${limitRows.filter((row) => row.of === 'engine').map(({ flag, limit }) => `| \`${flag}\` | \`${limit}\` |`).join('\n')}
| \`--max-message-bytes\` | \`messageBytes\` |

## What a caller sees

| with | status | message |
|---|---|---|
${examples.map(({ flag, value, failure }) => `| \`${flag} ${value}\` | \`${status[failure.code]}\` | ${inCell(failure.details)} |`).join('\n')}

An engine without the service throws an \`MLSError\`, of code \`limit\` where the status is \`RESOURCE_EXHAUSTED\` and with the same message;
for \`messageBytes\`: ${inCell(tooLong)}.

## What counts as a state

- A member keeps one id from its first epoch to the last, also over a reinitialization. Nothing of an epoch is kept beyond \`--past-epochs\`.
- A member that was removed, or that came back by an external Commit and left its former self behind, keeps its id, and the id counts to
  \`--max-states\`, until \`Free\` or until no call has used it for \`--state-lifetime\`. Of a removed member only the id is left (some 100 bytes), and
  calls that name it answer that it was removed. It counts because ids that did not could be made without end: a peer that removes and adds
  in turns would fill the memory of a service whose runner never calls \`Free\`.
- A runner that goes away without \`Free\` leaves states behind. They are given up, and their secrets wiped, after \`--state-lifetime\`: a day by
  default, long after any script has ended. \`--state-lifetime 0\` keeps them for ever.

## What a restart leaves

Nothing: the service keeps all it knows in memory. After a restart, a crash or \`SIGKILL\` the ids begin at 1 again. A call with an id of before is
answered as one with an id that was never given, \`NOT_FOUND\` and \`no group state has id 1\`, or \`no pending join has id 1\`; once that id has been given
again it names somebody else's state. A caller that has lost the connection should begin anew. An application that has to survive a restart uses the
engine: what \`Group.encode\` gave and was stored last, \`Client.restore\` continues.

## Bounds that are no options

| bound | where it comes from |
|---|---|
| a vector of 2^30 - 1 bytes | RFC 9420 §2.1.2 |
| 2^32 - 1 generations of a ratchet | RFC 9420 §6.3.1 and §9.1; a sender stops before it repeats one |
| nesting of MLS structs | none of them can hold itself: the deepest path is fixed by the grammar |
| nesting of 32 in the DER of a certificate | deeper than any certificate; R-5.3-02 past it |
| \`key_length\` of Export: 255 Nh bytes | HKDF-Expand, RFC 5869; \`INVALID_ARGUMENT\` past it |
| ids up to 2^32 - 1 | the interface; none is given twice, \`RESOURCE_EXHAUSTED\` when all are used up |
| 1,000 characters of a status message | it travels in an HTTP/2 header; longer ones are cut |
| streams per connection | \`--max-concurrent-calls\`, too: HTTP/2 makes calls beyond it wait at the caller |
| 256 MiB of a line of a record | a run's record is read line by line; the message names file and line |

## What is not bounded

Connections, and the sum of the requests that are being received: each of as many calls as \`--max-concurrent-calls\` allows, on each
connection, may bring \`--max-message-bytes\`. A service that strangers can reach wants \`--tls-ca\`, or lower values of both.
`;

const inCell = (text: string): string => `\`${text.replaceAll('|', '\\|').replaceAll('`', "'")}\``;
