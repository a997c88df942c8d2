import { describeError } from './failure.ts';

type Close = () => Promise<void> | void;

/** Owns resources and closes them in the reverse order of their opening, all of them, even when one fails to close. */
export class Scope {
  readonly #closers: { readonly name: string; readonly close: Close }[] = [];
  #closing: Promise<void> | undefined;

  /** Registers how to close a resource that was just opened, and returns the resource. */
  add<T>(name: string, resource: T, close: (resource: T) => Promise<void> | void): T {
    this.#closers.push({ name, close: () => close(resource) });
    return resource;
  }

  /**
   * Closes everything once; a second call waits for the first.
   * @throws AggregateError naming each resource that failed to close.
   */
  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    const errors: Error[] = [];
    for (let closer = this.#closers.pop(); closer !== undefined; closer = this.#closers.pop()) {
      try {
        await closer.close();
      } catch (error) {
        errors.push(new Error(`closing ${closer.name} failed: ${describeError(error)}`, { cause: error }));
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, errors.map((error) => error.message).join('; '));
  }
}
