/** Reads the data blocks of the page. */

/** The content of the data block `id`. @throws Error when the page is damaged */
export async function readBlock<T>(id: string): Promise<T> {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the file has no block ${id}; it may have been cut off`);
  const stream = new Blob([fromBase64(element.textContent ?? '')]).stream().pipeThrough(new DecompressionStream('gzip'));
  return (await new Response(stream).json()) as T;
}

export const fromBase64 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

export const toHex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** The text that bytes are, if a person can read all of it. */
export function readable(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text !== '' && !/\p{C}/u.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}
