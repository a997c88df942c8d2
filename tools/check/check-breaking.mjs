import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runCommand } from '../workspace/run-command.mjs';
import { chooseBaseline } from './choose-baseline.mjs';

/** Does proto/ break what the baseline's clients and stored events say? Gives back what it was compared with, or why it was not; throws where it does. */
export async function checkBreaking() {
  const baseline = await chooseBaseline();
  if (baseline === undefined) return 'skipped: the history has no earlier commit to compare with';
  const directory = mkdtempSync(path.join(tmpdir(), 'mammoline-protocol-'));
  try {
    const archive = path.join(directory, 'baseline.tar');
    try {
      await runCommand(['git', 'archive', '--output', archive, baseline.commit, 'proto', 'buf.yaml']);
    } catch {
      return `skipped: ${baseline.name} has no proto/`;
    }
    const unpacked = path.join(directory, 'baseline');
    await runCommand(['mkdir', unpacked]);
    await runCommand(['tar', '-xf', archive, '-C', unpacked]);
    if (!existsSync(path.join(unpacked, 'proto'))) return `skipped: ${baseline.name} has no proto/`;
    await runCommand(['buf', 'breaking', '--against', unpacked]);
    return `compatible with ${baseline.name}`;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
