/** deserialization.json: length headers of vectors (RFC 9420 §2.1.2). */
import { Reader, Writer } from '../mls/wire/cursor.ts';
import { bytes, number, object, sameAt, sameBytesAt, vectorType } from './vector-type.ts';

const schema = object({ vlbytes_header: bytes, length: number });

export const deserialization = vectorType({
  name: 'deserialization',
  schema,
  verify({ vlbytes_header, length }) {
    const reader = new Reader(vlbytes_header, 'vlbytes_header');
    sameAt('.length', length, reader.varint());
    sameAt('.vlbytes_header', 0, reader.remaining);
    sameBytesAt('.vlbytes_header', vlbytes_header, header(length));
  },
  generate: {
    deserialization: () => [0, 1, 37, 63, 64, 65, 15293, 16383, 16384, 16385, 494878333, 0x3fffffff].map((length) => ({ vlbytes_header: header(length), length })),
  },
});

function header(length: number): Uint8Array {
  const writer = new Writer();
  writer.varint(length);
  return writer.finish();
}
