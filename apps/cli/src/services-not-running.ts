import { Failure } from '@mammoline/kernel';

/** A command wants services that nobody has started: exit code 3. */
export class ServicesNotRunning extends Failure {
  constructor(work: string) {
    super('unavailable', `no services run in ${work}; start them with "mammoline up --work ${work}"`);
  }
}
