import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheDir, inCache } from '../workspace/paths.mjs';

const lock = inCache('setup.lock');

function holderIsAlive() {
  try {
    const pid = Number(readFileSync(lock, 'utf8'));
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: alive, of another user. Anything else: no such process, or no readable lock.
    return error.code === 'EPERM';
  }
}

/** Runs `work` while no other set-up of this checkout runs; the lock of a set-up that was killed does not count. */
export async function withSetupLock(work) {
  mkdirSync(cacheDir, { recursive: true });
  let told = false;
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (!holderIsAlive()) rmSync(lock, { force: true });
      else if (!told) console.log('  another set-up of this checkout runs; waiting for it ...');
      told = true;
      await sleep(300);
    }
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}
