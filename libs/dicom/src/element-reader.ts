import { decodeText } from './decode-text.ts';
import type { ElementHead } from './read-element-head.ts';

export const specificCharacterSet = 0x00080005;

/** Values of the elements of a data set. */
export class ElementReader {
  readonly #bytes: Buffer;
  readonly #littleEndian: boolean;
  readonly #elements: ReadonlyMap<number, ElementHead>;

  constructor(bytes: Uint8Array, littleEndian: boolean, elements: ReadonlyMap<number, ElementHead>) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#littleEndian = littleEndian;
    this.#elements = elements;
  }

  has(tag: number): boolean {
    return this.#elements.has(tag);
  }

  /** The whole value without padding and without NULs anywhere, which Postgres takes in no text; undefined where the element is absent or empty. */
  text(tag: number): string | undefined {
    const value = this.#value(tag);
    if (value === undefined) return undefined;
    const characterSets = tag === specificCharacterSet ? undefined : this.#value(specificCharacterSet)?.toString('latin1');
    const trimmed = decodeText(value, characterSets).replaceAll('\0', '').replace(/ +$/, '').trimStart();
    return trimmed === '' ? undefined : trimmed;
  }

  /** The numbers of a decimal or integer string (DS, IS); undefined where one is not a number. */
  numbers(tag: number): readonly number[] | undefined {
    const values = this.text(tag)
      ?.split('\\')
      .map((part) => Number(part.trim() === '' ? Number.NaN : part));
    return values?.every((value) => Number.isFinite(value)) === true ? values : undefined;
  }

  /** The first value of a US element. */
  uint16(tag: number): number | undefined {
    const value = this.#value(tag);
    if (value === undefined || value.length < 2) return undefined;
    return this.#littleEndian ? value.readUInt16LE() : value.readUInt16BE();
  }

  /** Of an element of known length. */
  #value(tag: number): Buffer | undefined {
    const element = this.#elements.get(tag);
    return element?.lengthBytes === undefined
      ? undefined
      : this.#bytes.subarray(element.valueOffset, element.valueOffset + element.lengthBytes);
  }
}
