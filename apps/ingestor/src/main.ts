import { runService } from '@mammoline/service';
import { ingestor } from './ingestor.ts';

await runService(ingestor);
