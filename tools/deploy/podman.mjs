import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { workspaceEnvironment } from '../workspace/environment.mjs';
import { runCommand } from '../workspace/run-command.mjs';
import { SetupError } from '../workspace/setup-error.mjs';

/**
 * Podman as it works also inside of a virtual machine without systemd: cgroups by itself, runc where it is there (Debian 12's crun refuses some kernels), and
 * limits that an unprivileged parent may set. CONTAINERS_CONF of the caller wins.
 * @returns `{podman(args, options), close()}`
 * @throws SetupError where there is no podman
 */
export async function openPodman() {
  await runCommand(['podman', '--version']).catch((cause) => {
    throw new SetupError('found no podman', 'install it (Debian: podman runc mmdebstrap)', { cause });
  });
  const directory = mkdtempSync(path.join(tmpdir(), 'mammoline-podman-'));
  const environment = workspaceEnvironment();
  if (environment.CONTAINERS_CONF === undefined) {
    const hasRunc = await runCommand(['runc', '--version']).then(
      () => true,
      () => false,
    );
    const engine = ['[engine]', 'cgroup_manager="cgroupfs"', 'events_logger="file"', ...(hasRunc ? ['runtime="runc"'] : [])];
    const file = path.join(directory, 'containers.conf');
    writeFileSync(file, ['[containers]', 'default_ulimits=["nofile=1024:1024","nproc=4096:4096"]', ...engine, ''].join('\n'));
    environment.CONTAINERS_CONF = file;
  }
  return {
    podman: (args, options) => runCommand(['podman', ...args], { env: environment, ...options }),
    close: () => rmSync(directory, { recursive: true, force: true }),
  };
}
