export { openPixelWorkers, type PixelWorkers } from './open-pixel-workers.ts';
