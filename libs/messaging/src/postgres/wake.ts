/** Lets one loop wait until it is woken or a time has passed. A wake between two waits is not lost. */
export class Wake {
  #woken = false;
  #resolve: (() => void) | undefined;

  notify(): void {
    this.#woken = true;
    this.#resolve?.();
  }

  async wait(timeoutMs: number): Promise<void> {
    if (!this.#woken) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#resolve = resolve;
        timer = setTimeout(resolve, timeoutMs);
      });
      clearTimeout(timer);
      this.#resolve = undefined;
    }
    this.#woken = false;
  }
}
