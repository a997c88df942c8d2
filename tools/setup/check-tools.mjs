import { isAtLeast } from '../workspace/node-version.mjs';
import { runCommand } from '../workspace/run-command.mjs';
import { SetupError } from '../workspace/setup-error.mjs';

/** Oldest Node that set-up itself runs on. */
const oldestForSetup = '18.0.0';

const answers = (command) =>
  runCommand(command).then(
    () => true,
    () => false,
  );

/**
 * What the machine brings. Node and npm are needed; Python with pip and g++ only for the native TensorFlow, so each of those that is missing is a sentence in `missing`.
 */
export async function checkTools() {
  if (!isAtLeast(process.versions.node, oldestForSetup)) {
    throw new SetupError(
      `This is Node ${process.versions.node}.`,
      `Install Node ${oldestForSetup} or later (any way you like); set-up brings the newer one that it needs itself.`,
    );
  }
  const [npm, python, pip, compiler] = await Promise.all([
    answers(['npm', '--version']),
    answers(['python3', '--version']),
    answers(['python3', '-m', 'pip', '--version']),
    answers(['g++', '--version']),
  ]);
  if (!npm) throw new SetupError('npm is not in PATH.', 'Install it (it comes with Node; on Debian: apt-get install npm).');
  const missing = [];
  if (!python) missing.push('Python 3 is missing (Debian: apt-get install python3 python3-pip)');
  else if (!pip) missing.push('pip is missing (Debian: apt-get install python3-pip)');
  if (!compiler) missing.push('g++ is missing (Debian: apt-get install g++)');
  return { missing };
}
