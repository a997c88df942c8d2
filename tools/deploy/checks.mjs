/** Runs named checks one after the other; each is one line, and what is wrong below it. */
export class Checks {
  passed = 0;
  failed = 0;
  skipped = 0;

  /** `work` gives back sentences of what is wrong, or undefined; what it throws is wrong too. */
  async run(name, work) {
    try {
      const wrong = (await work()) ?? [];
      if (wrong.length === 0) {
        this.passed += 1;
        console.log(`ok      ${name}`);
        return;
      }
      this.#fail(name, wrong.join('\n'));
    } catch (error) {
      this.#fail(name, error.message);
    }
  }

  /** A check whose tool can't be had. */
  skip(name, why) {
    this.skipped += 1;
    console.log(`skipped ${name}: ${why}`);
  }

  #fail(name, why) {
    this.failed += 1;
    console.log(`FAILED  ${name}\n${why.replace(/^/gm, '        ')}`);
  }

  finish() {
    console.log(`${this.passed} passed, ${this.failed} failed, ${this.skipped} skipped`);
    process.exitCode = this.failed === 0 ? 0 : 1;
  }
}
