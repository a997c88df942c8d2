// The ingestor, which collects its garbage and writes down what memory is left when it gets SIGUSR2: into the file beside its ready file.
import { writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { runService } from '@mammoline/service';
import { ingestor } from '../ingestor.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
let answers = 0;
process.on('SIGUSR2', () => {
  collectGarbage();
  answers += 1;
  writeFileSync(`${process.env['MAMMOLINE_READY_FILE'] ?? ''}.memory`, JSON.stringify({ ...process.memoryUsage(), answers }));
});
await runService(ingestor);
