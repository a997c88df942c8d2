/** Waits for the work at most so long, then does what `late` does instead; the work goes on unwatched. */
export async function within(timeoutMs: number, work: () => Promise<unknown>, late: () => void): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const alarm = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, 'late');
  });
  try {
    if ((await Promise.race([work(), alarm])) === 'late') late();
  } finally {
    clearTimeout(timer);
  }
}
