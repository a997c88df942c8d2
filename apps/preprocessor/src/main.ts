import { openPixelWorkers } from '@mammoline/preparation';
import { runService } from '@mammoline/service';
import { preprocessor } from './preprocessor.ts';

await runService(preprocessor((limits) => openPixelWorkers(undefined, limits)));
