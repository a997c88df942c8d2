import type { Element } from 'dicom-parser';

/** Values of the elements of a data set. Text is read as Latin-1: names and ids of this field are ASCII. */
export class ElementReader {
  readonly #bytes: Buffer;
  readonly #littleEndian: boolean;
  readonly #elements: ReadonlyMap<string, Element>;

  constructor(bytes: Uint8Array, littleEndian: boolean, elements: ReadonlyMap<string, Element>) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#littleEndian = littleEndian;
    this.#elements = elements;
  }

  get size(): number {
    return this.#elements.size;
  }

  has(tag: string): boolean {
    return this.#elements.has(tag);
  }

  /** The whole value without padding and without NULs anywhere, which Postgres takes in no text; undefined where the element is absent or empty. */
  text(tag: string): string | undefined {
    const element = this.#elements.get(tag);
    if (element === undefined) return undefined;
    const raw = this.#bytes.toString('latin1', element.dataOffset, element.dataOffset + element.length);
    const trimmed = raw.replaceAll('\0', '').replace(/ +$/, '').trimStart();
    return trimmed === '' ? undefined : trimmed;
  }

  /** The numbers of a decimal or integer string (DS, IS); undefined where one is not a number. */
  numbers(tag: string): readonly number[] | undefined {
    const values = this.text(tag)
      ?.split('\\')
      .map((part) => Number(part.trim() === '' ? Number.NaN : part));
    return values?.every((value) => Number.isFinite(value)) === true ? values : undefined;
  }

  /** The first value of a US element. */
  uint16(tag: string): number | undefined {
    const element = this.#elements.get(tag);
    if (element === undefined || element.length < 2) return undefined;
    return this.#littleEndian ? this.#bytes.readUInt16LE(element.dataOffset) : this.#bytes.readUInt16BE(element.dataOffset);
  }
}
