/**
 * Runs `read` again and again, not two at once.
 * @param onProblem told what a run throws; the next one comes all the same
 * @returns how to end it
 */
export function readAgain(everyMs: number, read: () => Promise<void>, onProblem: (error: unknown) => void): () => void {
  let isReading = false;
  const timer = setInterval(() => {
    if (isReading) return;
    isReading = true;
    void read()
      .catch(onProblem)
      .finally(() => {
        isReading = false;
      });
  }, everyMs).unref();
  return () => {
    clearInterval(timer);
  };
}
